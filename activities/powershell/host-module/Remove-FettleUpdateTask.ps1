function Remove-FettleUpdateTask {
    <#
    .SYNOPSIS
    Removes the update task and its folder.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    $folder = Get-TaskFolder -TaskName $TaskName
    $task = Get-OwnTask -TaskName $TaskName
    $there = Test-Path -LiteralPath $folder
    if (-not $PSCmdlet.ShouldProcess($TaskName, 'Remove the update task')) { return }
    if ($task) {
        if ("$($task.State)" -eq 'Running') {
            throw (New-FailureRecord -Id 'FettleTaskRunning' -Message "The task $TaskName still runs; it is removed when it has ended.")
        }
        Unregister-ScheduledTask -TaskName $TaskName -TaskPath $script:TaskPath -Confirm:$false -ErrorAction Stop
    }
    if ($there) {
        Assert-OwnFolder -Path $folder
        Remove-Item -LiteralPath $folder -Recurse -Force
    }
    @{ removed = ([bool] $task -or $there) }
}
