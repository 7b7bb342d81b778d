function Get-FettleDomainControllerHealth {
    <#
    .SYNOPSIS
    Reads the health of the host as a domain controller.
    #>
    [CmdletBinding()]
    param()

    # 4 and 5: backup and primary domain controller.
    if ((Get-CimInstance -ClassName Win32_ComputerSystem).DomainRole -lt 4) { return @{ controller = $null } }
    $shares = @(Get-CimInstance -ClassName Win32_Share | ForEach-Object -Process { $_.Name })
    $netlogon = Get-Service -Name 'Netlogon'
    $ready = (Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters').SysvolReady
    $neighbours = @(Get-CimInstance -Namespace 'root\MicrosoftActiveDirectory' -ClassName MSAD_ReplNeighbor)
    @{
        controller = @{
            netlogonShared      = ($shares -contains 'NETLOGON')
            sysvolShared        = ($shares -contains 'SYSVOL')
            # A paused Netlogon runs and does not advertise.
            advertising         = ("$($netlogon.Status)" -eq 'Running' -and $ready -eq 1)
            replicationFailures = @($neighbours | Where-Object -FilterScript { $_.NumConsecutiveSyncFailures -gt 0 }).Count
        }
    }
}
