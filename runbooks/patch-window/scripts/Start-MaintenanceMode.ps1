<#
.SYNOPSIS
Starts maintenance mode on monitored objects.
.DESCRIPTION
Where it is on already it is extended, so that a second call with the same end changes nothing.
.PARAMETER EndpointName
Name of the management endpoint in the inventory.
.PARAMETER EndpointUser
Account that the endpoint's tools sign in with; without it they do as the account of this session.
.PARAMETER EndpointSecret
Password of that account.
.PARAMETER Objects
Monitored objects, by the names that the monitoring system knows.
.PARAMETER Until
End of the maintenance, ISO 8601.
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
    [string] $Until,

    [Parameter(Mandatory)]
    [AllowEmptyString()]
    [string] $Comment,

    [Parameter(Mandatory)]
    [string] $Key
)

Connect-FettleEndpoint -Name $EndpointName -User $EndpointUser -Secret $EndpointSecret
@{ objects = @((Start-FettleMaintenance -Objects $Objects -Until $Until -Comment $Comment -Key $Key).objects) }
