# Results of a scheduled task that was never started, and of one that runs now (SCHED_S_TASK_HAS_NOT_RUN, SCHED_S_TASK_RUNNING).
$script:TaskHasNotRun = 267011
$script:TaskRuns = 267009

function Get-TaskState {
    <#
    .SYNOPSIS
    Whether a scheduled task of ours has run, whether it has ended, and its last result.
    #>
    [CmdletBinding()]
    param($Task)

    # Functions of other modules do not see the preferences of this one: what must not be passed over says so itself.
    $info = Get-ScheduledTaskInfo -TaskName $Task.TaskName -TaskPath $script:TaskPath -ErrorAction Stop
    $runs = "$($Task.State)" -in 'Running', 'Queued' -or $info.LastTaskResult -eq $script:TaskRuns
    $started = $runs -or $info.LastTaskResult -ne $script:TaskHasNotRun
    @{ started = $started; ended = ($started -and -not $runs); result = $info.LastTaskResult }
}
