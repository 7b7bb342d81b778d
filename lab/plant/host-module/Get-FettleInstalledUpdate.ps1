function Get-FettleInstalledUpdate {
    <#
    .SYNOPSIS
    Lists the updates that the host has.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleInstalledUpdate'
}
