function Get-FettleBootTime {
    <#
    .SYNOPSIS
    Reads when the host was started last.
    #>
    [CmdletBinding()]
    param()

    @{ bootTime = ConvertTo-IsoTime -Time (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime }
}
