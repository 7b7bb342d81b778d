function Get-VMwareSnapshot {
    <#
    .SYNOPSIS
    Snapshots of a VMware machine, free space of its datastore, and how many snapshots lie on it.
    #>
    [CmdletBinding()]
    param([string] $VmId, [string] $Datastore)

    Connect-VMware
    $snapshots = foreach ($snapshot in @(VMware.VimAutomation.Core\Get-VM -Id $VmId | Get-Snapshot)) {
        @{
            name      = $snapshot.Name
            createdAt = ConvertTo-IsoTime -Time $snapshot.Created.ToUniversalTime()
            comment   = "$($snapshot.Description)"
        }
    }
    $store = Get-Datastore -Name ([WildcardPattern]::Escape($Datastore))
    $there = @(VMware.VimAutomation.Core\Get-VM -Datastore $store | Get-Snapshot)
    @{ snapshots = @($snapshots); datastore = @{ name = $Datastore; freeGb = [Math]::Round([double] $store.FreeSpaceGB, 1); snapshots = $there.Count } }
}
