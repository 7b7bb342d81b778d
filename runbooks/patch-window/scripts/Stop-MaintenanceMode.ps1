<#
.SYNOPSIS
Ends maintenance mode on monitored objects.
.DESCRIPTION
An object that is not in maintenance mode is left alone.
.PARAMETER EndpointName
Name of the management endpoint in the inventory.
.PARAMETER EndpointUser
Account that the endpoint's tools sign in with; without it they do as the account of this session.
.PARAMETER EndpointSecret
Password of that account.
.PARAMETER Objects
Monitored objects, by the names that the monitoring system knows.
.PARAMETER Comment
Comment that names the run.
.PARAMETER Key
Idempotency key of the step.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $EndpointName,

    [string] $EndpointUser,

    [string] $EndpointSecret,

    [Parameter(Mandatory)]
    [string[]] $Objects,

    [Parameter(Mandatory)]
    [AllowEmptyString()]
    [string] $Comment,

    [Parameter(Mandatory)]
    [string] $Key
)

Connect-FettleEndpoint -Name $EndpointName -User $EndpointUser -Secret $EndpointSecret
@{ objects = @((Stop-FettleMaintenance -Objects $Objects -Comment $Comment -Key $Key).objects) }
