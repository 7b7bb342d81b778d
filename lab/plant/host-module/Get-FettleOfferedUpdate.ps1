function Get-FettleOfferedUpdate {
    <#
    .SYNOPSIS
    Searches for the updates that the host is offered.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleOfferedUpdate'
}
