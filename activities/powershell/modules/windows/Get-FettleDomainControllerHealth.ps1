function Get-FettleDomainControllerHealth {
    <#
    .SYNOPSIS
    Reads the health of the host as a domain controller.
    .DESCRIPTION
    It advertises itself when it has replicated since it started (isSynchronized of its root entry), its SYSVOL is ready, and
    Netlogon runs and is not paused. Replication failures are those of Get-ADReplicationFailure that last.
    #>
    [CmdletBinding()]
    param()

    # 4 and 5: backup and primary domain controller.
    if ((Get-CimInstance -ClassName Win32_ComputerSystem).DomainRole -lt 4) { return @{ controller = $null } }
    $shares = @(Get-CimInstance -ClassName Win32_Share | ForEach-Object -Process { $_.Name })
    $netlogon = Get-Service -Name 'Netlogon'
    $ready = (Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters').SysvolReady
    $root = New-Object -TypeName System.DirectoryServices.DirectoryEntry -ArgumentList 'LDAP://localhost/RootDSE'
    $synchronized = "$($root.Properties['isSynchronized'].Value)" -eq 'TRUE'
    $failures = @(Get-ADReplicationFailure -Target $env:COMPUTERNAME | Where-Object -FilterScript { $_.FailureCount -gt 0 })
    @{
        controller = @{
            netlogonShared      = ($shares -contains 'NETLOGON')
            sysvolShared        = ($shares -contains 'SYSVOL')
            advertising         = ("$($netlogon.Status)" -eq 'Running' -and $ready -eq 1 -and $synchronized)
            replicationFailures = $failures.Count
        }
    }
}
