<#
.SYNOPSIS
Asks a host for its reboot.
.DESCRIPTION
Looks first: a boot time other than BootTimeBefore means that the reboot has happened, and nothing is asked for.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER Key
Idempotency key of the step.
.PARAMETER BootTimeBefore
Boot time that was recorded before the step, ISO 8601.
.PARAMETER Reason
Reason for the event log of the host.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [string] $Key,

    [Parameter(Mandatory)]
    [string] $BootTimeBefore,

    [Parameter(Mandatory)]
    [AllowEmptyString()]
    [string] $Reason
)

Connect-FettleHost -Name $HostName
$bootTime = (Get-FettleBootTime).bootTime
# Compared as instants; the clock's correction moves the boot time of one boot a little.
$moved = ([datetimeoffset] $bootTime - [datetimeoffset] $BootTimeBefore).TotalSeconds
if ([Math]::Abs($moved) -gt 2) {
    @{ requested = $false; bootTime = $bootTime }
}
else {
    @{ requested = (Restart-FettleHost -Key $Key -Reason $Reason).requested; bootTime = $bootTime }
}
