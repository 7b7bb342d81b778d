function Get-TaskAction {
    <#
    .SYNOPSIS
    Program and arguments of the update task. By the system's own folders, not by variables of an environment.
    #>
    [CmdletBinding()]
    param([string] $Program)

    @{
        Execute   = Join-Path -Path ([Environment]::SystemDirectory) -ChildPath 'WindowsPowerShell\v1.0\powershell.exe'
        Arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + $Program + '"'
    }
}
