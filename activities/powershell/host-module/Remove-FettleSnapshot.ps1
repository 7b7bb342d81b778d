function Remove-FettleSnapshot {
    <#
    .SYNOPSIS
    Removes a snapshot of a virtual machine.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [string] $Key
    )

    if (-not $PSCmdlet.ShouldProcess($VmId, "Remove the snapshot $Name ($Key)")) { return }
    try {
        if (Test-HyperVId -VmId $VmId) {
            $snapshots = @(Hyper-V\Get-VM -Id $VmId | Get-VMSnapshot | Where-Object -FilterScript { $_.Name -eq $Name })
            $snapshots | Remove-VMSnapshot -Confirm:$false
            Wait-DiskMerge -VmId $VmId
        }
        else {
            Connect-VMware
            $snapshots = @(VMware.VimAutomation.Core\Get-VM -Id $VmId | Get-Snapshot | Where-Object -FilterScript { $_.Name -eq $Name })
            $snapshots | Remove-Snapshot -Confirm:$false
        }
    }
    catch {
        throw (New-FailureRecord -Id 'FettleSnapshotFailed' -Message "The snapshot $Name was not removed: $($_.Exception.Message)")
    }
    @{ removed = ($snapshots.Count -gt 0) }
}
