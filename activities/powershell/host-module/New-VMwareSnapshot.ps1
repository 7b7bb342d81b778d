function New-VMwareSnapshot {
    <#
    .SYNOPSIS
    Takes a quiesced snapshot, or finds the one of that name.
    .DESCRIPTION
    vCenter ignores the wish when VMware Tools do not run in the guest, and its flag only says that the wish was there: so both count.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $VmId, [string] $Name, [string] $Comment)

    Connect-VMware
    $machine = VMware.VimAutomation.Core\Get-VM -Id $VmId
    $snapshot = Get-Snapshot -VM $machine | Where-Object -FilterScript { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $snapshot) { $snapshot = New-Snapshot -VM $machine -Name $Name -Description $Comment -Quiesce -Memory:$false -Confirm:$false }
    $tools = "$($machine.ExtensionData.Guest.ToolsRunningStatus)" -eq 'guestToolsRunning'
    @{
        name      = $snapshot.Name
        createdAt = ConvertTo-IsoTime -Time $snapshot.Created.ToUniversalTime()
        quiesced  = ([bool] $snapshot.Quiesced -and $tools)
    }
}
