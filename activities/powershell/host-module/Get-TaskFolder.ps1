function Get-TaskFolder {
    <#
    .SYNOPSIS
    Path of a task's folder. The name is letters, digits and hyphens only.
    #>
    [CmdletBinding()]
    param([string] $TaskName)

    if ($TaskName -notmatch '^[A-Za-z0-9-]{1,60}$') {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message 'The name of a task is letters, digits and hyphens only.')
    }
    $programData = [Environment]::GetFolderPath('CommonApplicationData')
    Join-Path -Path (Join-Path -Path $programData -ChildPath 'Fettle') -ChildPath $TaskName
}
