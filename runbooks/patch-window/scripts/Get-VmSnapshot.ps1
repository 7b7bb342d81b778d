<#
.SYNOPSIS
Lists the snapshots of a virtual machine and the state of its datastore.
.DESCRIPTION
Runs on the hypervisor endpoint. Changes nothing.
.PARAMETER EndpointName
Name of the management endpoint in the inventory.
.PARAMETER EndpointUser
Account that the endpoint's tools sign in with; without it they do as the account of this session.
.PARAMETER EndpointSecret
Password of that account.
.PARAMETER VmId
Identity of the virtual machine on its hypervisor.
.PARAMETER Datastore
Name of the datastore or volume of the machine.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $EndpointName,

    [string] $EndpointUser,

    [string] $EndpointSecret,

    [Parameter(Mandatory)]
    [AllowEmptyString()]
    [string] $VmId,

    [Parameter(Mandatory)]
    [AllowEmptyString()]
    [string] $Datastore
)

Connect-FettleEndpoint -Name $EndpointName -User $EndpointUser -Secret $EndpointSecret
$found = Get-FettleSnapshot -VmId $VmId -Datastore $Datastore
@{ snapshots = @($found.snapshots); datastore = $found.datastore }
