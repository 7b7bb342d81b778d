<#
.SYNOPSIS
Tells whether monitored objects are in maintenance mode.
.DESCRIPTION
Runs on the monitoring endpoint. Changes nothing.
.PARAMETER EndpointName
Name of the management endpoint in the inventory.
.PARAMETER EndpointUser
Account that the endpoint's tools sign in with; without it they do as the account of this session.
.PARAMETER EndpointSecret
Password of that account.
.PARAMETER Objects
Monitored objects, by the names that the monitoring system knows.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $EndpointName,

    [string] $EndpointUser,

    [string] $EndpointSecret,

    [Parameter(Mandatory)]
    [string[]] $Objects
)

Connect-FettleEndpoint -Name $EndpointName -User $EndpointUser -Secret $EndpointSecret
@{ objects = @((Get-FettleMaintenance -Objects $Objects).objects) }
