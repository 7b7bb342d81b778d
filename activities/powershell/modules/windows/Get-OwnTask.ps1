$script:TaskPath = '\Fettle\'

function Get-OwnTask {
    <#
    .SYNOPSIS
    The scheduled task of that name, or nothing.
    #>
    [CmdletBinding()]
    param([string] $TaskName)

    Get-ScheduledTask -TaskPath $script:TaskPath -ErrorAction SilentlyContinue | Where-Object -FilterScript { $_.TaskName -eq $TaskName }
}
