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

    foreach ($object in $Objects) {
        foreach ($instance in @(Get-MonitoredInstance -Name $object)) {
            if ($instance.InMaintenanceMode -and $PSCmdlet.ShouldProcess($object, "End maintenance mode: $Comment [$Key]")) {
                $instance.StopMaintenanceMode([datetime]::UtcNow, [Microsoft.EnterpriseManagement.Common.TraversalDepth]::Recursive)
            }
        }
    }
    Get-FettleMaintenance -Objects $Objects
}
