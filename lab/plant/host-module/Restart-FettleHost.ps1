function Restart-FettleHost {
    <#
    .SYNOPSIS
    Asks the host for its reboot.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Reason
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Reboot')) {
        Invoke-PlantVerb -Verb 'Restart-FettleHost' -Body @{ key = $Key; reason = $Reason }
    }
}
