function Write-OwnFile {
    <#
    .SYNOPSIS
    Writes a text in UTF-8 without a byte order mark.
    #>
    [CmdletBinding()]
    param([string] $Path, [string] $Text)

    [IO.File]::WriteAllBytes($Path, [Text.Encoding]::UTF8.GetBytes($Text))
}
