<#
.SYNOPSIS
Removes one snapshot by its name.
.DESCRIPTION
Absent already is done. Other snapshots are left alone.
.PARAMETER EndpointName
Name of the management endpoint in the inventory.
.PARAMETER EndpointUser
Account that the endpoint's tools sign in with; without it they do as the account of this session.
.PARAMETER EndpointSecret
Password of that account.
.PARAMETER VmId
Identity of the virtual machine on its hypervisor.
.PARAMETER Name
Name of the snapshot.
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
    [AllowEmptyString()]
    [string] $VmId,

    [Parameter(Mandatory)]
    [string] $Name,

    [Parameter(Mandatory)]
    [string] $Key
)

Connect-FettleEndpoint -Name $EndpointName -User $EndpointUser -Secret $EndpointSecret
@{ removed = (Remove-FettleSnapshot -VmId $VmId -Name $Name -Key $Key).removed }
