<#
.SYNOPSIS
Starts the detached task that installs updates.
.DESCRIPTION
A task of the same name that exists already is taken over, so that a second call starts nothing.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER TaskName
Name of the scheduled task, and of its folder.
.PARAMETER Key
Idempotency key of the step.
.PARAMETER Updates
Updates to install: id and revision of each.
.PARAMETER TimeLimitMinutes
Minutes after which the task is ended.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [string] $TaskName,

    [Parameter(Mandatory)]
    [string] $Key,

    [Parameter(Mandatory)]
    [object[]] $Updates,

    [Parameter(Mandatory)]
    [int] $TimeLimitMinutes
)

Connect-FettleHost -Name $HostName
$task = Start-FettleUpdateTask -TaskName $TaskName -Key $Key -Updates $Updates -TimeLimitMinutes $TimeLimitMinutes
@{ taskName = $task.taskName; startedAt = $task.startedAt; existed = $task.existed }
