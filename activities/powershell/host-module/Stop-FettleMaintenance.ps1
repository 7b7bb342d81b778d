function Stop-FettleMaintenance {
    <#
    .SYNOPSIS
    Ends maintenance mode.
    .DESCRIPTION
    Each object is read again right before it is changed, since the end on a computer ends it on the objects there too. With -WhatIf
    every object is looked up, and the answer is their state as it is.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    foreach ($found in @($Objects | ForEach-Object -Process { Get-MonitoredInstance -Name $_ })) {
        if (-not $PSCmdlet.ShouldProcess($found.DisplayName, "End maintenance mode: $Comment [$Key]")) { continue }
        try {
            $instance = Get-SCOMClassInstance -Id $found.Id
            if ($instance.InMaintenanceMode) {
                $instance.StopMaintenanceMode([datetime]::UtcNow, 'Recursive')
            }
        }
        catch {
            throw (New-FailureRecord -Id 'FettleMaintenanceRefused' -Message "Maintenance mode of $($found.DisplayName) does not end: $($_.Exception.Message)")
        }
    }
    Get-FettleMaintenance -Objects $Objects
}
