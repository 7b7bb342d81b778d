function Get-FettleBackup {
    <#
    .SYNOPSIS
    Tells when the last verified backup was made.
    .DESCRIPTION
    Only the backup product knows. Its job writes the time (ISO 8601) into the value LastVerifiedBackup of HKLM:\SOFTWARE\Fettle;
    where it does not, the answer is none, and the guard refuses rather than assumes.
    #>
    [CmdletBinding()]
    param()

    $written = (Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Fettle' -ErrorAction SilentlyContinue).LastVerifiedBackup
    $at = $null
    try { if ($written) { $at = ConvertTo-IsoTime -Time (ConvertFrom-IsoTime -Text $written) } }
    catch { throw "The value LastVerifiedBackup of HKLM:\SOFTWARE\Fettle is not a time in ISO 8601: $written. Correct the job that writes it." }
    @{ lastVerifiedAt = $at }
}
