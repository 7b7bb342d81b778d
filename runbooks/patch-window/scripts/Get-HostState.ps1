<#
.SYNOPSIS
Reads the state of a host.
.DESCRIPTION
Boot time, reasons of a pending reboot, free space of the system drive, services, state of the update installer and
the last verified backup. Changes nothing.
.PARAMETER HostName
Lower-case FQDN of the host.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName
)

Connect-FettleHost -Name $HostName
@{
    bootTime             = (Get-FettleBootTime).bootTime
    pendingReboot        = @((Get-FettlePendingReboot).reasons)
    freeDiskMb           = (Get-FettleDisk).freeMb
    services             = @((Get-FettleService).services)
    installer            = Get-FettleInstallerState
    lastVerifiedBackupAt = (Get-FettleBackup).lastVerifiedAt
}
