function Invoke-AsSystem {
    <#
    .SYNOPSIS
    Runs a program as SYSTEM in a scheduled task of its own, and returns the text that it leaves in answer.json beside it.
    .DESCRIPTION
    The task has no trigger, is ended after its time, and is removed with its folder. Only a call that is killed leaves them behind.
    #>
    [CmdletBinding()]
    param([string] $ProgramText, [hashtable] $Request, [int] $TimeLimitMinutes)

    # A name of its own: two callers must not read each other's answer.
    $taskName = 'read-' + [guid]::NewGuid().ToString('N')
    $folder = Get-TaskFolder -TaskName $taskName
    $program = Join-Path -Path $folder -ChildPath 'read.ps1'
    $answer = Join-Path -Path $folder -ChildPath 'answer.json'
    New-OwnFolder -Path (Split-Path -Path $folder -Parent)
    New-OwnFolder -Path $folder
    try {
        Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'request.json') -Text (ConvertTo-Json -InputObject $Request -Compress)
        $what = @{ Program = $program; ProgramText = $ProgramText }
        Register-OwnTask -TaskName $taskName -Description 'Fettle reads the Windows Update Agent' -TimeLimitMinutes $TimeLimitMinutes @what
        Assert-OwnTask -Task (Get-OwnTask -TaskName $taskName) @what
        Start-ScheduledTask -TaskName $taskName -TaskPath $script:TaskPath -ErrorAction Stop
        # Looked at before the answer is looked for: a task that ends in between has written its answer by then.
        $state = Get-TaskState -Task (Get-OwnTask -TaskName $taskName)
        while (-not (Test-Path -LiteralPath $answer)) {
            if ($state.ended) { throw ('The task that asks the Windows Update Agent ended without an answer (0x{0:X8}).' -f $state.result) }
            Start-Sleep -Milliseconds 500
            $state = Get-TaskState -Task (Get-OwnTask -TaskName $taskName)
        }
        [IO.File]::ReadAllText($answer)
    }
    finally {
        # What fails here must not hide what failed before.
        Unregister-ScheduledTask -TaskName $taskName -TaskPath $script:TaskPath -Confirm:$false -ErrorAction SilentlyContinue
        Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
    }
}
