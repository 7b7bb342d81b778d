function Register-OwnTask {
    <#
    .SYNOPSIS
    Writes the program of a task and registers it: as SYSTEM, without a trigger, never twice at once, ended after its time.
    #>
    [CmdletBinding()]
    param([string] $TaskName, [string] $Description, [int] $TimeLimitMinutes, [string] $Program, [string] $ProgramText)

    Write-OwnFile -Path $Program -Text $ProgramText
    $action = Get-TaskAction -Program $Program
    $settings = @{
        ExecutionTimeLimit         = New-TimeSpan -Minutes $TimeLimitMinutes
        MultipleInstances          = 'IgnoreNew'
        AllowStartIfOnBatteries    = $true
        DontStopIfGoingOnBatteries = $true
        ErrorAction                = 'Stop'
    }
    $task = @{
        TaskName    = $TaskName
        TaskPath    = $script:TaskPath
        Description = $Description
        Action      = New-ScheduledTaskAction -Execute $action.Execute -Argument $action.Arguments -ErrorAction Stop
        Principal   = New-ScheduledTaskPrincipal -UserId $script:SystemSid -LogonType ServiceAccount -RunLevel Highest -ErrorAction Stop
        Settings    = New-ScheduledTaskSettingsSet @settings
        ErrorAction = 'Stop'
    }
    [void] (Register-ScheduledTask @task)
}
