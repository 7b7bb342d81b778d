<#
.SYNOPSIS
Removes the finished update task and its folder.
.DESCRIPTION
Absent already is done.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER TaskName
Name of the scheduled task, and of its folder.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [string] $TaskName
)

Connect-FettleHost -Name $HostName
@{ removed = (Remove-FettleUpdateTask -TaskName $TaskName).removed }
