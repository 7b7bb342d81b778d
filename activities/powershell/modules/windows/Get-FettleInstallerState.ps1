function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required.
    #>
    [CmdletBinding()]
    param()

    $interface = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Interface'
    $progress = (Get-ItemProperty -LiteralPath $interface -ErrorAction SilentlyContinue).ServicingInProgress
    @{
        busy           = [bool] (New-Object -ComObject Microsoft.Update.Installer).IsBusy
        # Absent, 0 and 1 mean that servicing has finished.
        servicing      = ($null -ne $progress -and [int] $progress -gt 1)
        rebootRequired = [bool] (New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired
    }
}
