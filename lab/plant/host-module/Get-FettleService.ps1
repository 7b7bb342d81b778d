function Get-FettleService {
    <#
    .SYNOPSIS
    Lists the services with their state and start type.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleService'
}
