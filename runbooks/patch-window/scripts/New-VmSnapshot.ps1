<#
.SYNOPSIS
Takes an application-consistent snapshot.
.DESCRIPTION
A snapshot of that name that exists already is the result, so that a second call takes none.
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
    [AllowEmptyString()]
    [string] $VmId,

    [Parameter(Mandatory)]
    [string] $Name,

    [Parameter(Mandatory)]
    [AllowEmptyString()]
    [string] $Comment,

    [Parameter(Mandatory)]
    [string] $Key
)

Connect-FettleEndpoint -Name $EndpointName -User $EndpointUser -Secret $EndpointSecret
$snapshot = New-FettleSnapshot -VmId $VmId -Name $Name -Comment $Comment -Key $Key
@{ name = $snapshot.name; createdAt = $snapshot.createdAt; quiesced = $snapshot.quiesced }
