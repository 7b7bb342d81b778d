function Get-FettlePendingReboot {
    <#
    .SYNOPSIS
    Lists why a reboot is pending.
    #>
    [CmdletBinding()]
    param()

    $current = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    $reasons = @()
    if (Test-Path -LiteralPath "$current\Component Based Servicing\RebootPending") { $reasons += 'component-based-servicing' }
    if (Test-Path -LiteralPath "$current\WindowsUpdate\Auto Update\RebootRequired") { $reasons += 'windows-update' }
    $manager = Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
    if ($manager.PendingFileRenameOperations) { $reasons += 'file-rename' }
    @{ reasons = $reasons }
}
