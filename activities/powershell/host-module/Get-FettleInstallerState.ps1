function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required.
    #>
    [CmdletBinding()]
    param()

    $agent = Read-UpdateAgent -Reader 'Read-InstallerState' -TimeLimitMinutes 1
    $interface = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Interface'
    $progress = (Get-ItemProperty -LiteralPath $interface -ErrorAction SilentlyContinue).ServicingInProgress
    @{
        busy           = $agent.busy
        # Absent, 0 and 1 mean that servicing has finished.
        servicing      = ($null -ne $progress -and [int] $progress -gt 1)
        rebootRequired = $agent.rebootRequired
    }
}
