function Get-TextHash {
    <#
    .SYNOPSIS
    SHA-256 of a text in UTF-8, in the form of Get-FileHash.
    #>
    [CmdletBinding()]
    param([string] $Text)

    $hash = [Security.Cryptography.SHA256]::Create()
    try { [BitConverter]::ToString($hash.ComputeHash([Text.Encoding]::UTF8.GetBytes($Text))).Replace('-', '') }
    finally { $hash.Dispose() }
}
