function New-FettleSnapshot {
    <#
    .SYNOPSIS
    Takes a snapshot of a virtual machine.
    .DESCRIPTION
    Hyper-V: ProductionOnly, since Production falls back to a Standard checkpoint silently. VMware: quiesced, and the answer says
    whether it was, since a machine without VMware Tools is not, silently. The comment is kept word for word: Get-FettleSnapshot reads
    it back. With -WhatIf nothing is asked of the hypervisor.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if (-not $PSCmdlet.ShouldProcess($VmId, "Take the snapshot $Name ($Key)")) { return }
    try {
        if (Test-HyperVId -VmId $VmId) { New-HyperVSnapshot -VmId $VmId -Name $Name -Comment $Comment }
        else { New-VMwareSnapshot -VmId $VmId -Name $Name -Comment $Comment }
    }
    catch {
        throw (New-FailureRecord -Id 'FettleSnapshotFailed' -Message "The snapshot $Name was not taken: $($_.Exception.Message)")
    }
}
