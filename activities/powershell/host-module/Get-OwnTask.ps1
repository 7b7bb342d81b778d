$script:TaskPath = '\Fettle\'

function Get-OwnTask {
    <#
    .SYNOPSIS
    The scheduled task of that name, or nothing.
    #>
    [CmdletBinding()]
    param([string] $TaskName)

    try { $tasks = Get-ScheduledTask -TaskPath $script:TaskPath -ErrorAction Stop }
    catch {
        # There is no task in the folder, or no such folder.
        if ($_.CategoryInfo.Category -ne 'ObjectNotFound') { throw }
        $tasks = @()
    }
    $tasks | Where-Object -FilterScript { $_.TaskName -eq $TaskName }
}
