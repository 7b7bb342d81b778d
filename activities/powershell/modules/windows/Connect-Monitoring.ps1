function Connect-Monitoring {
    <#
    .SYNOPSIS
    Opens the session with the management group of the endpoint, by the account of this session.
    #>
    [CmdletBinding()]
    param()

    Import-Module -Name OperationsManager -Verbose:$false
    if (-not (Get-SCOMManagementGroupConnection | Where-Object -FilterScript { $_.IsActive })) {
        [void] (New-SCOMManagementGroupConnection -ComputerName $script:Endpoint)
    }
}
