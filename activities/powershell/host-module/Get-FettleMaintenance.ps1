function Get-FettleMaintenance {
    <#
    .SYNOPSIS
    Tells whether monitored objects are in maintenance mode.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string[]] $Objects
    )

    $states = foreach ($object in $Objects) {
        $instances = @(Get-MonitoredInstance -Name $object)
        $on = @($instances | Where-Object -FilterScript { $_.InMaintenanceMode })
        $until = $null
        # One name may be several instances: all of them have to be in maintenance mode, and the first end counts.
        if ($on.Count -eq $instances.Count) {
            $ends = @($on | ForEach-Object -Process { $_.GetMaintenanceWindow().ScheduledEndTime } | Sort-Object)
            $until = ConvertTo-IsoTime -Time $ends[0]
        }
        @{ object = $object; inMaintenance = ($on.Count -eq $instances.Count); until = $until }
    }
    @{ objects = @($states) }
}
