function Get-FettleDomainControllerHealth {
    <#
    .SYNOPSIS
    Reads the health of the host as a domain controller.
    .DESCRIPTION
    It advertises itself when Netlogon may say so (SysvolReady) and the domain controller locator, asked here, finds this host and no
    other: the test Advertising of dcdiag goes by the same. Replication failures are those of Get-ADReplicationFailure that last.
    #>
    [CmdletBinding()]
    param()

    $computer = Get-CimInstance -ClassName Win32_ComputerSystem
    # 4 and 5: backup and primary domain controller.
    if ($computer.DomainRole -lt 4) { return @{ controller = $null } }
    $shares = @(Get-CimInstance -ClassName Win32_Share | ForEach-Object -Process { $_.Name })
    $ready = (Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters').SysvolReady
    $located = ''
    try { $located = "$((Get-ADDomainController -Discover -DomainName $computer.Domain -ForceDiscover).Name)" }
    catch { Write-Warning -Message "No domain controller of $($computer.Domain) was found from here: $($_.Exception.Message)" }
    $failures = @(Get-ADReplicationFailure -Target $env:COMPUTERNAME | Where-Object -FilterScript { $_.FailureCount -gt 0 })
    @{
        controller = @{
            netlogonShared      = ($shares -contains 'NETLOGON')
            sysvolShared        = ($shares -contains 'SYSVOL')
            advertising         = ($ready -eq 1 -and $located -eq $env:COMPUTERNAME)
            replicationFailures = $failures.Count
        }
    }
}
