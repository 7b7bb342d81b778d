function New-HyperVSnapshot {
    <#
    .SYNOPSIS
    Takes a ProductionOnly checkpoint, or finds the one of that name. The machine keeps its own checkpoint type.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $VmId, [string] $Name)

    $machine = Hyper-V\Get-VM -Id $VmId
    $snapshot = Get-VMSnapshot -VM $machine | Where-Object -FilterScript { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $snapshot) {
        $before = $machine.CheckpointType
        try {
            Set-VM -VM $machine -CheckpointType ProductionOnly
            $snapshot = Checkpoint-VM -VM $machine -SnapshotName $Name -Passthru
        }
        finally { Set-VM -VM $machine -CheckpointType $before }
    }
    $quiesced = "$($snapshot.SnapshotType)" -ne 'Standard'
    @{ name = $snapshot.Name; createdAt = ConvertTo-IsoTime -Time $snapshot.CreationTime.ToUniversalTime(); quiesced = $quiesced }
}
