function Read-UpdateAgent {
    <#
    .SYNOPSIS
    What one of our readers of the Windows Update Agent says.
    .DESCRIPTION
    In a remote session the agent refuses some questions (E_ACCESSDENIED), from Windows Server 2025 on all of them. Then the
    reader runs as SYSTEM on the host itself, and its answer comes back as if it had been asked here.
    #>
    [CmdletBinding()]
    param([string] $Reader, [hashtable] $Parameter = @{}, [int] $TimeLimitMinutes)

    try { return (Invoke-Reader -Reader $Reader -Parameter $Parameter) }
    catch {
        # E_ACCESSDENIED, 0x80070005.
        if ($_.Exception.GetBaseException().HResult -ne -2147024891) { throw }
        Write-Verbose -Message "$Reader is refused in this session: $($_.Exception.GetBaseException().Message)"
    }
    $text = Invoke-AsSystem -ProgramText (Get-ReaderText -Reader $Reader) -Request $Parameter -TimeLimitMinutes $TimeLimitMinutes
    $answer = ConvertFrom-Json -InputObject $text
    if ($answer.failure) {
        # With the HRESULT that the agent gave: the failure tables of the contracts go by it.
        throw (New-Object -TypeName System.Runtime.InteropServices.COMException -ArgumentList $answer.failure.message, ([int] $answer.failure.hresult))
    }
    $answer.result
}
