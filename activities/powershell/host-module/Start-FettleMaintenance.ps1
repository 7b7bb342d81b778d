function Start-FettleMaintenance {
    <#
    .SYNOPSIS
    Starts or extends maintenance mode.
    .DESCRIPTION
    Five minutes at least. Start and end are passed with Kind=Utc. By the methods of the objects, which say how deep they go: the
    cmdlets do not, and the one that extends leaves the objects on a computer out. Each object is read again right before it is
    changed, since maintenance mode of a computer takes the objects on it along. With -WhatIf every object is looked up, and the
    answer is their state as it is.
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
    foreach ($found in @($Objects | ForEach-Object -Process { Get-MonitoredInstance -Name $_ })) {
        if (-not $PSCmdlet.ShouldProcess($found.DisplayName, 'Start maintenance mode')) { continue }
        try {
            $instance = Get-SCOMClassInstance -Id $found.Id
            if (-not $instance.InMaintenanceMode) {
                $instance.ScheduleMaintenanceMode([datetime]::UtcNow, $end, 'PlannedOther', $text, 'Recursive')
            }
            elseif ($instance.GetMaintenanceWindow().ScheduledEndTime -lt $end) {
                $instance.UpdateMaintenanceMode($end, 'PlannedOther', $text, 'Recursive')
            }
        }
        catch {
            throw (New-FailureRecord -Id 'FettleMaintenanceRefused' -Message "No maintenance mode for $($found.DisplayName): $($_.Exception.Message)")
        }
    }
    Get-FettleMaintenance -Objects $Objects
}
