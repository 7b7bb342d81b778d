function Get-FettleService {
    <#
    .SYNOPSIS
    Lists the services with their state and start type.
    #>
    [CmdletBinding()]
    param()

    $services = Get-CimInstance -ClassName Win32_Service
    @{ services = @($services | ForEach-Object -Process { ConvertTo-ServiceFact -Service $_ }) }
}
