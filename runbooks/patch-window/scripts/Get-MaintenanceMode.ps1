<#
.SYNOPSIS
Tells whether monitored objects are in maintenance mode.
.DESCRIPTION
Runs on the monitoring endpoint. Changes nothing.
.PARAMETER EndpointName
Name of the management endpoint in the inventory.
.PARAMETER Objects
Monitored objects, by the names that the monitoring system knows.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $EndpointName,

    [Parameter(Mandatory)]
    [string[]] $Objects
)

Connect-FettleEndpoint -Name $EndpointName
@{ objects = @((Get-FettleMaintenance -Objects $Objects).objects) }
