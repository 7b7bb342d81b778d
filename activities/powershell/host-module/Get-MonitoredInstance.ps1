function Get-MonitoredInstance {
    <#
    .SYNOPSIS
    The monitoring objects of one name, on the endpoint.
    #>
    [CmdletBinding()]
    param([string] $Name)

    Connect-Monitoring
    # The parameter takes wildcards, the inventory means the name as it stands.
    $found = @(Get-SCOMClassInstance -DisplayName $Name | Where-Object -FilterScript { $_.DisplayName -eq $Name })
    if ($found.Count -eq 0) {
        throw (New-FailureRecord -Id 'FettleMaintenanceRefused' -Message "The monitoring system knows no object named ${Name}: correct the inventory.")
    }
    $found
}
