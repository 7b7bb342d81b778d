function Register-OwnTask {
    <#
    .SYNOPSIS
    Writes the files of the update task and registers it: as SYSTEM, never twice at once, ended after its time.
    #>
    [CmdletBinding()]
    param([string] $TaskName, [string] $Key, [object[]] $Updates, [int] $TimeLimitMinutes, [string] $Program, [string] $ProgramText)

    $folder = Split-Path -Path $Program -Parent
    $wanted = @($Updates | ForEach-Object -Process { @{ id = "$($_.id)"; revision = [int] $_.revision } })
    Write-OwnFile -Path $Program -Text $ProgramText
    Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'updates.json') -Text (ConvertTo-Json -InputObject $wanted -Compress)
    Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'started.txt') -Text (ConvertTo-IsoTime -Time ([datetime]::UtcNow))
    # What an earlier task of the name said is not what this one says.
    $progress = Join-Path -Path $folder -ChildPath 'progress.json'
    if (Test-Path -LiteralPath $progress) { Remove-Item -LiteralPath $progress -Force }
    $action = Get-TaskAction -Program $Program
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
        Action      = New-ScheduledTaskAction -Execute $action.Execute -Argument $action.Arguments
        Principal   = New-ScheduledTaskPrincipal -UserId $script:SystemSid -LogonType ServiceAccount -RunLevel Highest
        Settings    = New-ScheduledTaskSettingsSet @settings
    }
    [void] (Register-ScheduledTask @task)
}
