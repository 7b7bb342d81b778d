function New-HyperVSnapshot {
    <#
    .SYNOPSIS
    Takes a ProductionOnly checkpoint, or finds the one of that name.
    .DESCRIPTION
    A checkpoint cannot be given a comment; it is a copy of its machine's settings, the notes among them. So the comment stands in
    the machine's notes while the checkpoint is taken, below what is there, and notes and checkpoint type are put back afterwards.
    Hyper-V lists checkpoints of either type as Standard: that one is quiesced follows from ProductionOnly, under which there is
    none otherwise.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $VmId, [string] $Name, [string] $Comment)

    $machine = Hyper-V\Get-VM -Id $VmId
    $snapshot = Get-VMSnapshot -VM $machine | Where-Object -FilterScript { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $snapshot) {
        $type = $machine.CheckpointType
        $notes = "$($machine.Notes)"
        try {
            $withComment = if ($notes) { "$notes`n$Comment" } else { $Comment }
            Set-VM -VM $machine -CheckpointType ProductionOnly -Notes $withComment
            $snapshot = Checkpoint-VM -VM $machine -SnapshotName $Name -Passthru
        }
        finally {
            Set-VM -VM $machine -CheckpointType $type
            # Notes that stay are no reason to say that there is no checkpoint.
            try { Set-VM -VM $machine -Notes $notes }
            catch { Write-Warning -Message "The notes of $($machine.Name) keep the line '$Comment': $($_.Exception.Message)" }
        }
    }
    @{ name = $snapshot.Name; createdAt = ConvertTo-IsoTime -Time $snapshot.CreationTime.ToUniversalTime(); quiesced = $true }
}
