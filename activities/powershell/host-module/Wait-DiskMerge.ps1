function Wait-DiskMerge {
    <#
    .SYNOPSIS
    Waits until Hyper-V has merged the disks of a machine whose checkpoint was removed, 25 minutes at most.
    .DESCRIPTION
    Removing returns before the disks are merged, and merging loads the volume: the next removal there has to come after it.
    #>
    [CmdletBinding()]
    param([string] $VmId)

    $until = [datetime]::UtcNow.AddMinutes(25)
    do {
        if ([datetime]::UtcNow -gt $until) {
            Write-Warning -Message "Hyper-V still merges the disks of the machine $VmId; it goes on by itself."
            return
        }
        # Before the first look too: merging does not begin in the same moment.
        Start-Sleep -Seconds 5
    } while ((Hyper-V\Get-VM -Id $VmId).OperationalStatus -contains 'MergingDisks')
}
