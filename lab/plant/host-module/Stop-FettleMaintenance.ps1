function Stop-FettleMaintenance {
    <#
    .SYNOPSIS
    Ends maintenance mode.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'End maintenance mode')) {
        Invoke-PlantVerb -Verb 'Stop-FettleMaintenance' -Body @{ objects = @($Objects); comment = $Comment; key = $Key }
    }
}
