$script:TaskPath = '\Fettle\'

function Get-OwnTask {
    <#
    .SYNOPSIS
    The scheduled tasks of that name, which may have wildcards; often none.
    #>
    [CmdletBinding()]
    param([string] $TaskName)

    try { $tasks = Get-ScheduledTask -TaskPath $script:TaskPath -ErrorAction Stop }
    catch {
        # There is no task in the folder, or no such folder.
        if ($_.CategoryInfo.Category -ne 'ObjectNotFound') { throw }
        $tasks = @()
    }
    $tasks | Where-Object -FilterScript { $_.TaskName -like $TaskName }
}
