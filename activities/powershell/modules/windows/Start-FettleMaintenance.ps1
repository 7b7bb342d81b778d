function Start-FettleMaintenance {
    <#
    .SYNOPSIS
    Starts or extends maintenance mode.
    .DESCRIPTION
    Five minutes at least. The end is passed with Kind=Utc: the cmdlets take it for local time otherwise. Each object is read again
    right before it is changed, since maintenance mode of a computer takes the objects on it along. With -WhatIf every object is
    looked up, and the answer is their state as it is.
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
                Start-SCOMMaintenanceMode -Instance $instance -EndTime $end -Reason PlannedOther -Comment $text
            }
            elseif ($instance.GetMaintenanceWindow().ScheduledEndTime -lt $end) {
                $entry = Get-SCOMMaintenanceMode -Instance $instance
                Set-SCOMMaintenanceMode -MaintenanceModeEntry $entry -EndTime $end -Comment $text
            }
        }
        catch {
            throw (New-FailureRecord -Id 'FettleMaintenanceRefused' -Message "No maintenance mode for $($found.DisplayName): $($_.Exception.Message)")
        }
    }
    Get-FettleMaintenance -Objects $Objects
}
