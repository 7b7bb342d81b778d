<#
.SYNOPSIS
Lists the newest critical and error events of a host since a time.
.DESCRIPTION
From the logs that matter to patching: System, Setup and Windows Update. Changes nothing.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER Since
Time from which events count, ISO 8601.
.PARAMETER Maximum
Number of events at most.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [string] $Since,

    [Parameter(Mandatory)]
    [int] $Maximum
)

Connect-FettleHost -Name $HostName
@{ events = @((Get-FettleEventExcerpt -Since $Since -Maximum $Maximum).events) }
