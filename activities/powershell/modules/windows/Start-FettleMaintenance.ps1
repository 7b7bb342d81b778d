function Start-FettleMaintenance {
    <#
    .SYNOPSIS
    Starts or extends maintenance mode.
    .DESCRIPTION
    Five minutes at least. The end is passed with Kind=Utc: the cmdlets take it for local time otherwise.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [string] $Until,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    $end = ConvertFrom-IsoTime -Text $Until
    $least = [datetime]::UtcNow.AddMinutes(6)
    if ($end -lt $least) { $end = $least }
    $text = "$Comment [$Key]"
    if ($text.Length -gt 500) { $text = $text.Substring(0, 500) }
    foreach ($object in $Objects) {
        foreach ($instance in @(Get-MonitoredInstance -Name $object)) {
            if (-not $PSCmdlet.ShouldProcess($object, 'Start maintenance mode')) { continue }
            if (-not $instance.InMaintenanceMode) {
                Start-SCOMMaintenanceMode -Instance $instance -EndTime $end -Reason PlannedOther -Comment $text
            }
            elseif ($instance.GetMaintenanceWindow().ScheduledEndTime -lt $end) {
                $entry = Get-SCOMMaintenanceMode -Instance $instance
                Set-SCOMMaintenanceMode -MaintenanceModeEntry $entry -EndTime $end -Comment $text
            }
        }
    }
    Get-FettleMaintenance -Objects $Objects
}
