function Get-ReaderText {
    <#
    .SYNOPSIS
    The program that runs a reader as SYSTEM: the reader, what it calls, and what writes its answer.
    .DESCRIPTION
    All of these functions are ASCII only: Windows PowerShell reads a file without a byte order mark in the local code page.
    #>
    [CmdletBinding()]
    param([string] $Reader)

    $names = 'New-UpdateSearcher', 'Get-UpdateKb', 'Get-KbById', 'Get-SupersededKb', 'ConvertFrom-IsoTime', 'ConvertTo-IsoTime', 'Write-ReaderAnswer', $Reader
    $lines = @(foreach ($name in $names) { "function $name {" + (Get-Command -Name $name).Definition + '}' })
    ($lines + "Write-ReaderAnswer -Reader '$Reader'") -join "`n"
}
