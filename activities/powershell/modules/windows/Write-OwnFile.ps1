function Write-OwnFile {
    <#
    .SYNOPSIS
    Writes a text and makes sure that the file holds exactly it.
    #>
    [CmdletBinding()]
    param([string] $Path, [string] $Text)

    $bytes = [Text.Encoding]::UTF8.GetBytes($Text)
    [IO.File]::WriteAllBytes($Path, $bytes)
    $meant = [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes)).Replace('-', '')
    if ((Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash -ne $meant) {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message "The file $Path is not what was written.")
    }
}
