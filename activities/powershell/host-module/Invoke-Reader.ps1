function Invoke-Reader {
    <#
    .SYNOPSIS
    Runs one of our readers of the Windows Update Agent by its name. Only these can be named.
    #>
    [CmdletBinding()]
    param([string] $Reader, [hashtable] $Parameter)

    switch ($Reader) {
        'Read-InstalledUpdate' { Read-InstalledUpdate @Parameter }
        'Read-InstallerState' { Read-InstallerState @Parameter }
        'Read-OfferedUpdate' { Read-OfferedUpdate @Parameter }
        'Read-UpdateHistory' { Read-UpdateHistory @Parameter }
        default { throw [ArgumentException]::new("There is no reader '$Reader'.") }
    }
}
