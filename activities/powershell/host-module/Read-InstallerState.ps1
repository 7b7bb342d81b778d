function Read-InstallerState {
    <#
    .SYNOPSIS
    Whether the update installer is busy and whether a reboot is required, on the host.
    #>
    [CmdletBinding()]
    param()

    @{
        busy           = [bool] (New-Object -ComObject Microsoft.Update.Installer).IsBusy
        rebootRequired = [bool] (New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired
    }
}
