function Get-FettleEventExcerpt {
    <#
    .SYNOPSIS
    Lists the newest critical and error events since a time, from the logs that matter to patching.
    .DESCRIPTION
    System, Setup, and the log of the Windows Update client. Messages are cut at 500 characters.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Since,
        [Parameter(Mandatory)] [int] $Maximum
    )

    # 1 and 2: critical, error.
    $levels = @{ 1 = 'critical'; 2 = 'error' }
    $from = (ConvertFrom-IsoTime -Text $Since).ToLocalTime()
    # Each log by itself: a limit over several logs might leave out the newest events of one.
    $found = foreach ($log in 'System', 'Setup', 'Microsoft-Windows-WindowsUpdateClient/Operational') {
        try { Get-WinEvent -FilterHashtable @{ LogName = $log; Level = @(1, 2); StartTime = $from } -MaxEvents $Maximum }
        catch {
            # That there is no such event is an error of this cmdlet.
            if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw }
        }
    }
    $newest = @($found | Sort-Object -Property TimeCreated -Descending | Select-Object -First $Maximum)
    $events = foreach ($entry in $newest) {
        $message = "$($entry.Message)"
        if ($message.Length -gt 500) { $message = $message.Substring(0, 500) }
        @{
            at      = ConvertTo-IsoTime -Time $entry.TimeCreated
            log     = $entry.LogName
            level   = $levels[[int] $entry.Level]
            source  = $entry.ProviderName
            id      = [int] $entry.Id
            message = $message
        }
    }
    @{ events = @($events) }
}
