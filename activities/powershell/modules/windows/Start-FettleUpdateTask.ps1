# Result of a scheduled task that was registered and never started (SCHED_S_TASK_HAS_NOT_RUN).
$script:TaskHasNotRun = 267011

function Start-FettleUpdateTask {
    <#
    .SYNOPSIS
    Starts the detached task that installs updates.
    .DESCRIPTION
    A task of that name is the same step asked for again: it is taken over, and started only if it never was.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName,
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [object[]] $Updates,
        [Parameter(Mandatory)] [int] $TimeLimitMinutes
    )

    if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, "Install $($Updates.Count) updates")) { return }
    $folder = Get-TaskFolder -TaskName $TaskName
    New-OwnFolder -Path (Split-Path -Path $folder -Parent)
    New-OwnFolder -Path $folder
    $program = Join-Path -Path $folder -ChildPath 'install.ps1'
    $existing = Get-OwnTask -TaskName $TaskName
    if (-not $existing) {
        Write-OwnFile -Path $program -Text ((Get-Command -Name Invoke-UpdateInstallation).Definition)
        $wanted = @($Updates | ForEach-Object -Process { @{ id = "$($_.id)"; revision = [int] $_.revision } })
        Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'updates.json') -Text (ConvertTo-Json -InputObject $wanted -Compress)
        Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'started.txt') -Text (ConvertTo-IsoTime -Time ([datetime]::UtcNow))
        $powershell = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
        $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + $program + '"'
        $settings = @{
            ExecutionTimeLimit         = New-TimeSpan -Minutes $TimeLimitMinutes
            MultipleInstances          = 'IgnoreNew'
            AllowStartIfOnBatteries    = $true
            DontStopIfGoingOnBatteries = $true
        }
        $task = @{
            TaskName    = $TaskName
            TaskPath    = $script:TaskPath
            Description = "Fettle $Key"
            Action      = New-ScheduledTaskAction -Execute $powershell -Argument $arguments
            Principal   = New-ScheduledTaskPrincipal -UserId $script:SystemSid -LogonType ServiceAccount -RunLevel Highest
            Settings    = New-ScheduledTaskSettingsSet @settings
        }
        [void] (Register-ScheduledTask @task)
    }
    $info = Get-ScheduledTaskInfo -TaskName $TaskName -TaskPath $script:TaskPath
    if ($info.LastTaskResult -eq $script:TaskHasNotRun) { Start-ScheduledTask -TaskName $TaskName -TaskPath $script:TaskPath }
    @{
        taskName  = $TaskName
        startedAt = [IO.File]::ReadAllText((Join-Path -Path $folder -ChildPath 'started.txt'))
        existed   = [bool] $existing
    }
}
