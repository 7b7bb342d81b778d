function Get-FettleMaintenance {
    <#
    .SYNOPSIS
    Tells whether monitored objects are in maintenance mode.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string[]] $Objects
    )

    Invoke-PlantVerb -Verb 'Get-FettleMaintenance' -Body @{ objects = @($Objects) }
}
