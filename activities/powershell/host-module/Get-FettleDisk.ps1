function Get-FettleDisk {
    <#
    .SYNOPSIS
    Reads the free space of the system drive.
    #>
    [CmdletBinding()]
    param()

    $drive = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID='$env:SystemDrive'"
    @{ freeMb = [int] [Math]::Floor($drive.FreeSpace / 1048576) }
}
