function Get-ReaderText {
    <#
    .SYNOPSIS
    The program that runs a reader as SYSTEM: every reader, what they call, and what writes the answer of the one that is named.
    .DESCRIPTION
    All of these functions are ASCII only: Windows PowerShell reads a file without a byte order mark in the local code page.
    #>
    [CmdletBinding()]
    param(
        [ValidateSet('Read-InstalledUpdate', 'Read-InstallerState', 'Read-OfferedUpdate', 'Read-UpdateHistory')]
        [string] $Reader
    )

    $names = 'New-UpdateSearcher', 'Get-UpdateKb', 'Get-KbById', 'Get-SupersededKb', 'ConvertFrom-IsoTime', 'ConvertTo-IsoTime', 'Read-InstalledUpdate', 'Read-InstallerState', 'Read-OfferedUpdate', 'Read-UpdateHistory', 'Invoke-Reader', 'Write-ReaderAnswer'
    $lines = @(foreach ($name in $names) { "function $name {" + (Get-Command -Name $name).Definition + '}' })
    ($lines + "Write-ReaderAnswer -Reader '$Reader'") -join "`n"
}
