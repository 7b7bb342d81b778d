<#
.SYNOPSIS
Tells how far the update task is.
.DESCRIPTION
Progress only: the result is read by Get-UpdateResult. Changes nothing.
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
$progress = Get-FettleUpdateProgress -TaskName $TaskName
@{ state = $progress.state; percent = $progress.percent; current = $progress.current; error = $progress.error }
