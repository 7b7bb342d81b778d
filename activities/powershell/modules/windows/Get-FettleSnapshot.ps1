function Get-FettleSnapshot {
    <#
    .SYNOPSIS
    Lists the snapshots of a virtual machine and the state of its datastore.
    .DESCRIPTION
    On Hyper-V the datastore is the path of a volume.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Datastore
    )

    if (Test-HyperVId -VmId $VmId) {
        $found = @(Hyper-V\Get-VM -Id $VmId | Get-VMSnapshot)
        $snapshots = @($found | ForEach-Object -Process { @{ name = $_.Name; createdAt = ConvertTo-IsoTime -Time $_.CreationTime.ToUniversalTime(); comment = "$($_.Notes)" } })
        $freeGb = (Get-Volume -FilePath $Datastore).SizeRemaining / 1073741824
        $all = @(Hyper-V\Get-VM | Get-VMSnapshot | Where-Object -FilterScript { "$($_.Path)".StartsWith($Datastore, [StringComparison]::OrdinalIgnoreCase) })
    }
    else {
        Connect-VMware
        $found = @(VMware.VimAutomation.Core\Get-VM -Id $VmId | Get-Snapshot)
        $snapshots = @($found | ForEach-Object -Process { @{ name = $_.Name; createdAt = ConvertTo-IsoTime -Time $_.Created.ToUniversalTime(); comment = "$($_.Description)" } })
        $store = Get-Datastore -Name ([WildcardPattern]::Escape($Datastore))
        $freeGb = $store.FreeSpaceGB
        $all = @(VMware.VimAutomation.Core\Get-VM -Datastore $store | Get-Snapshot)
    }
    @{ snapshots = $snapshots; datastore = @{ name = $Datastore; freeGb = [Math]::Round([double] $freeGb, 1); snapshots = $all.Count } }
}
