function Get-FettleUpdateHistory {
    <#
    .SYNOPSIS
    Lists the installations since a time.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Since
    )

    Invoke-PlantVerb -Verb 'Get-FettleUpdateHistory' -Body @{ since = $Since }
}
