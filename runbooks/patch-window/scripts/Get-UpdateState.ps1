<#
.SYNOPSIS
Searches for offered updates and lists the installed ones.
.DESCRIPTION
The search goes to the update source of the host itself. Changes nothing.
.PARAMETER HostName
Lower-case FQDN of the host.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName
)

Connect-FettleHost -Name $HostName
$offered = Get-FettleOfferedUpdate
@{
    lastScanAt = $offered.lastScanAt
    offered    = @($offered.updates)
    installed  = @((Get-FettleInstalledUpdate).updates)
}
