function Get-HyperVSnapshot {
    <#
    .SYNOPSIS
    Checkpoints of a Hyper-V machine, free space of the volume, and how many checkpoints lie on it.
    .DESCRIPTION
    A checkpoint's comment is the last line of its notes, see New-HyperVSnapshot.
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
    $paths = @(Hyper-V\Get-VM | Get-VMSnapshot | ForEach-Object -Process { "$($_.Path)" })
    $there = @($paths | Where-Object -FilterScript { $_.StartsWith($Datastore, [StringComparison]::OrdinalIgnoreCase) })
    $freeGb = (Get-Volume -FilePath $Datastore).SizeRemaining / 1073741824
    @{ snapshots = @($snapshots); datastore = @{ name = $Datastore; freeGb = [Math]::Round([double] $freeGb, 1); snapshots = $there.Count } }
}
