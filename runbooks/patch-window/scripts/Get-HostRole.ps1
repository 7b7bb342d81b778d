<#
.SYNOPSIS
Reads the roles of a host as it sees them now.
.DESCRIPTION
Cluster node, availability-group replicas, domain controller and guests of a hypervisor. Changes nothing.
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
    cluster            = (Get-FettleClusterState).cluster
    availabilityGroups = @((Get-FettleAvailabilityGroup).groups)
    domainController   = (Get-FettleDomainControllerHealth).controller
    guests             = @((Get-FettleHypervisorGuest).guests)
}
