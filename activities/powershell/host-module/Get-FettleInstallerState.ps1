function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required, and which update tasks of ours run.
    .DESCRIPTION
    A task that still downloads keeps no installer busy. Tasks of other names read the Windows Update Agent.
    #>
    [CmdletBinding()]
    param()

    $agent = Read-UpdateAgent -Reader 'Read-InstallerState' -TimeLimitMinutes 1
    $interface = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Interface'
    $progress = (Get-ItemProperty -LiteralPath $interface -ErrorAction SilentlyContinue).ServicingInProgress
    $running = @(Get-OwnTask -TaskName 'fettle-*' | Where-Object -FilterScript {
            $state = Get-TaskState -Task $_
            $state.started -and -not $state.ended
        })
    @{
        busy           = $agent.busy
        # Absent, 0 and 1 mean that servicing has finished.
        servicing      = ($null -ne $progress -and [int] $progress -gt 1)
        rebootRequired = $agent.rebootRequired
        tasks          = @($running | ForEach-Object -Process { $_.TaskName })
    }
}
