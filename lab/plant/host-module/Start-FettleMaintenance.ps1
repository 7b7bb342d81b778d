function Start-FettleMaintenance {
    <#
    .SYNOPSIS
    Starts or extends maintenance mode.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [string] $Until,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Start maintenance mode')) {
        Invoke-PlantVerb -Verb 'Start-FettleMaintenance' -Body @{ objects = @($Objects); until = $Until; comment = $Comment; key = $Key }
    }
}
