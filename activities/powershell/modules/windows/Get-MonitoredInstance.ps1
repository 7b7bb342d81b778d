function Get-MonitoredInstance {
    <#
    .SYNOPSIS
    The monitoring objects of one name, on the endpoint.
    #>
    [CmdletBinding()]
    param([string] $Name)

    Import-Module -Name OperationsManager -Verbose:$false
    if (-not (Get-SCOMManagementGroupConnection | Where-Object -FilterScript { $_.IsActive })) {
        [void] (New-SCOMManagementGroupConnection -ComputerName $script:Endpoint)
    }
    $found = @(Get-SCOMClassInstance -DisplayName $Name)
    if ($found.Count -eq 0) {
        throw (New-FailureRecord -Id 'FettleMaintenanceRefused' -Message "The monitoring system knows no object named ${Name}: correct the inventory.")
    }
    $found
}
