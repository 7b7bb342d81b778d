function New-VMwareSnapshot {
    <#
    .SYNOPSIS
    Takes a quiesced snapshot, or finds the one of that name.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $VmId, [string] $Name, [string] $Description)

    Connect-VMware
    $machine = VMware.VimAutomation.Core\Get-VM -Id $VmId
    $snapshot = Get-Snapshot -VM $machine | Where-Object -FilterScript { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $snapshot) {
        $snapshot = New-Snapshot -VM $machine -Name $Name -Description $Description -Quiesce:$true -Memory:$false -Confirm:$false
    }
    @{ name = $snapshot.Name; createdAt = ConvertTo-IsoTime -Time $snapshot.Created.ToUniversalTime(); quiesced = [bool] $snapshot.Quiesced }
}
