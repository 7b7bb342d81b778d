function Get-FettleUpdateProgress {
    <#
    .SYNOPSIS
    Tells how far the update task is.
    .DESCRIPTION
    A task that does not run any more has finished, also when it was ended before it could say so.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    $task = Get-OwnTask -TaskName $TaskName
    if (-not $task) { return @{ state = 'missing'; percent = 0; current = ''; error = $null } }
    # Asked before the file is read: a task that ends in between has written its last word by then.
    $state = Get-TaskState -Task $task
    $file = Join-Path -Path (Get-TaskFolder -TaskName $TaskName) -ChildPath 'progress.json'
    $told = $null
    try { if (Test-Path -LiteralPath $file) { $told = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($file)) } }
    catch {
        # A file that is being replaced at this moment is read at the next look.
        if ($state.ended) { throw }
    }
    $percent = 0
    $current = 'waiting to start'
    if ($told) { $percent = [int] $told.percent; $current = "$($told.current)" }
    if ($told -and $told.state -eq 'finished') {
        $failure = $null
        if ($told.error) { $failure = @{ hresult = $told.error.hresult; message = $told.error.message } }
        return @{ state = 'finished'; percent = 100; current = $current; error = $failure }
    }
    if (-not $state.ended) { return @{ state = 'running'; percent = $percent; current = $current; error = $null } }
    $code = '0x{0:X8}' -f $state.result
    @{ state = 'finished'; percent = $percent; current = $current; error = @{ hresult = $code; message = 'The task was ended before it had finished.' } }
}
