<#
.SYNOPSIS
Runs health probes on the host itself.
.DESCRIPTION
A probe that fails is a result, not an error. Changes nothing.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER Probes
Probes as the inventory has them.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [AllowEmptyCollection()]
    [object[]] $Probes
)

Connect-FettleHost -Name $HostName
@{ probes = @($Probes | ForEach-Object -Process { Test-FettleProbe -Probe $_ }) }
