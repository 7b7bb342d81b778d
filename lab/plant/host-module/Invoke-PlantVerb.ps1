function Invoke-PlantVerb {
    <#
    .SYNOPSIS
    Calls one verb of the plant on the connected host.
    #>
    [CmdletBinding()]
    param([string] $Verb, [hashtable] $Body = @{})

    $address = "$env:FETTLE_PLANT_URL/hosts/" + [Uri]::EscapeDataString($script:HostName) + "/$Verb"
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Body -Depth 10 -Compress))
    try {
        Invoke-RestMethod -Method Post -Uri $address -ContentType 'application/json; charset=utf-8' -Body $bytes
    }
    catch {
        $told = @{ message = $_.Exception.Message; hresult = '0x80338126'; id = 'FettlePlantUnreachable' }
        if ($_.Exception.Response) { $told = (ConvertFrom-Json -InputObject $_.ErrorDetails.Message).error }
        $exception = [Runtime.InteropServices.COMException]::new($told.message, [Convert]::ToInt32($told.hresult, 16))
        throw [Management.Automation.ErrorRecord]::new($exception, $told.id, 'OperationStopped', $script:HostName)
    }
}
