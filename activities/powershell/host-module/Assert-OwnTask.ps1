function Assert-OwnTask {
    <#
    .SYNOPSIS
    Refuses a scheduled task that is not the one that we register, and a program that is not what we wrote.
    .DESCRIPTION
    Looked at each time before the task is started. Any user may register a task, but only an administrator one that runs as SYSTEM.
    #>
    [CmdletBinding()]
    param($Task, [string] $Program, [string] $ProgramText)

    $user = "$($Task.Principal.UserId)"
    if ($user -notlike 'S-1-*') {
        $account = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $user
        $user = $account.Translate([Security.Principal.SecurityIdentifier]).Value
    }
    $wanted = Get-TaskAction -Program $Program
    $actions = @($Task.Actions)
    $same = $actions.Count -eq 1 -and $actions[0].Execute -eq $wanted.Execute -and $actions[0].Arguments -eq $wanted.Arguments
    if ($user -ne $script:SystemSid -or -not $same) {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message "The scheduled task $($Task.TaskName) is not the one that Fettle registers.")
    }
    if ((Get-FileHash -LiteralPath $Program -Algorithm SHA256).Hash -ne (Get-TextHash -Text $ProgramText)) {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message "The file $Program is not what Fettle wrote.")
    }
}
