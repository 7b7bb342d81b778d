<#
.SYNOPSIS
Starts a service and waits until it runs.
.DESCRIPTION
A service that runs already is left alone.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER Name
Name of the service.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [string] $Name
)

Connect-FettleHost -Name $HostName
$service = Start-FettleService -Name $Name
@{ name = $service.name; state = $service.state; startType = $service.startType }
