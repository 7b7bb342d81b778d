function Read-UpdateHistory {
    <#
    .SYNOPSIS
    Lists the installations since a time, on the host. The times of the history are in UTC.
    #>
    [CmdletBinding()]
    param([string] $Since)

    $from = ConvertFrom-IsoTime -Text $Since
    $results = @{ 2 = 'succeeded'; 3 = 'succeeded-with-errors'; 4 = 'failed'; 5 = 'aborted' }
    $searcher = New-UpdateSearcher
    $count = $searcher.GetTotalHistoryCount()
    $entries = @()
    if ($count -gt 0) {
        $entries = foreach ($entry in $searcher.QueryHistory(0, $count)) {
            $code = [int] $entry.ResultCode
            if ($entry.Operation -ne 1 -or $entry.Date -lt $from -or -not $results.ContainsKey($code)) { continue }
            $kb = ''
            if ($entry.Title -match '\b(KB\d+)\b') { $kb = $Matches[1] }
            @{
                id       = $entry.UpdateIdentity.UpdateID
                revision = $entry.UpdateIdentity.RevisionNumber
                kb       = $kb
                result   = $results[$code]
                hresult  = '0x{0:X8}' -f $entry.HResult
                at       = ConvertTo-IsoTime -Time $entry.Date
            }
        }
    }
    @{ entries = @($entries) }
}
