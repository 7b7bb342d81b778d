function Start-FettleUpdateTask {
    <#
    .SYNOPSIS
    Starts the detached task that installs updates.
    .DESCRIPTION
    A task of that name is the same step asked for again: it is taken over, and started only if it never was. With -WhatIf a folder
    and a task that are there already are looked at as closely, and nothing is written, registered or started.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName,
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [object[]] $Updates,
        [Parameter(Mandatory)] [int] $TimeLimitMinutes
    )

    $folder = Get-TaskFolder -TaskName $TaskName
    $program = Join-Path -Path $folder -ChildPath 'install.ps1'
    $programText = (Get-Command -Name Invoke-UpdateInstallation).Definition
    foreach ($path in (Split-Path -Path $folder -Parent), $folder) { if (Test-Path -LiteralPath $path) { Assert-OwnFolder -Path $path } }
    $existing = Get-OwnTask -TaskName $TaskName
    if ($existing) { Assert-OwnTask -Task $existing -Program $program -ProgramText $programText }
    if (-not $PSCmdlet.ShouldProcess($TaskName, "Install $($Updates.Count) updates as SYSTEM")) { return }
    if (-not $existing) {
        New-OwnFolder -Path (Split-Path -Path $folder -Parent)
        New-OwnFolder -Path $folder
        Write-UpdateRequest -Folder $folder -Updates $Updates
        Register-OwnTask -TaskName $TaskName -Description "Fettle $Key" -TimeLimitMinutes $TimeLimitMinutes -Program $program -ProgramText $programText
    }
    $task = Get-OwnTask -TaskName $TaskName
    if (-not (Get-TaskState -Task $task).started) {
        Assert-OwnTask -Task $task -Program $program -ProgramText $programText
        Start-ScheduledTask -TaskName $TaskName -TaskPath $script:TaskPath -ErrorAction Stop
    }
    @{
        taskName  = $TaskName
        startedAt = [IO.File]::ReadAllText((Join-Path -Path $folder -ChildPath 'started.txt'))
        existed   = [bool] $existing
    }
}
