function Get-HyperVSnapshot {
    <#
    .SYNOPSIS
    Checkpoints of a Hyper-V machine, free space of the volume, and how many checkpoints lie on it.
    .DESCRIPTION
    A checkpoint's comment is the last line of its notes, see New-HyperVSnapshot. It lies where its disks lie.
    #>
    [CmdletBinding()]
    param([string] $VmId, [string] $Datastore)

    $snapshots = foreach ($checkpoint in @(Hyper-V\Get-VM -Id $VmId | Get-VMSnapshot)) {
        @{
            name      = $checkpoint.Name
            createdAt = ConvertTo-IsoTime -Time $checkpoint.CreationTime.ToUniversalTime()
            comment   = @("$($checkpoint.Notes)" -split '\r?\n')[-1]
        }
    }
    # With the separator at its end: Volume1 is not the beginning of Volume10.
    $root = $Datastore.TrimEnd('\') + '\'
    $there = @(Hyper-V\Get-VM | Get-VMSnapshot | Where-Object -FilterScript {
            @(Get-VMHardDiskDrive -VMSnapshot $_ | Where-Object -FilterScript { "$($_.Path)".StartsWith($root, [StringComparison]::OrdinalIgnoreCase) }).Count -gt 0
        })
    # A function of another module, which does not see the preferences of this one.
    $freeGb = (Get-Volume -FilePath $Datastore -ErrorAction Stop).SizeRemaining / 1073741824
    @{ snapshots = @($snapshots); datastore = @{ name = $Datastore; freeGb = [Math]::Round([double] $freeGb, 1); snapshots = $there.Count } }
}
