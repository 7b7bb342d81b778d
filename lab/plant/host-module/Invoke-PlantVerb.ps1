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
        $status = 503
        if ($_.Exception.Response) { $status = [int] $_.Exception.Response.StatusCode }
        $message = $_.Exception.Message
        $hresult = ''
        $id = 'FettlePlantFailed'
        # PowerShell 7 puts a line break before what the plant answered.
        if ($_.ErrorDetails -and $_.ErrorDetails.Message -match '^\s*\{') {
            $told = (ConvertFrom-Json -InputObject $_.ErrorDetails.Message).error
            if ($told.message) { $message = $told.message }
            if ($told.hresult) { $hresult = $told.hresult }
            if ($told.id) { $id = $told.id }
        }
        if ($status -eq 503) { $id = 'FettlePlantUnreachable' }
        if ($status -eq 410) { $id = 'FettlePlantLost' }
        throw (New-PlantError -Message $message -HResult $hresult -Id $id)
    }
}
