function Restart-FettleHost {
    <#
    .SYNOPSIS
    Asks the host for its reboot.
    .DESCRIPTION
    The reboot begins after ten seconds, so that the answer still gets out. A shutdown that is under way already is left alone.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Reason
    )

    if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'Reboot')) { return }
    # Flags 6: reboot, forced. Reason: planned, operating system, hot fix (SHTDN_REASON_MINOR_HOTFIX).
    $comment = "$Reason ($Key)"
    # Windows takes at most 512 characters.
    if ($comment.Length -gt 500) { $comment = $comment.Substring(0, 500) }
    $arguments = @{ Flags = [int] 6; Timeout = [uint32] 10; Comment = $comment; ReasonCode = [uint32] 2147614737 }
    $answer = Get-CimInstance -ClassName Win32_OperatingSystem | Invoke-CimMethod -MethodName Win32ShutdownTracker -Arguments $arguments
    # 1115: a shutdown is in progress, 1190: one has been scheduled already.
    if ($answer.ReturnValue -notin 0, 1115, 1190) {
        throw (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList ([int] $answer.ReturnValue))
    }
    @{ requested = ($answer.ReturnValue -eq 0) }
}
