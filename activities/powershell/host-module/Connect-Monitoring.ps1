function Connect-Monitoring {
    <#
    .SYNOPSIS
    Opens the session with the management group of the endpoint, with the credential of the inventory, or else the account of this session.
    #>
    [CmdletBinding()]
    param()

    Import-Module -Name OperationsManager -Verbose:$false
    # The active one may be another endpoint's, whose connection leads to the same machine.
    $open = Get-SCManagementGroupConnection | Where-Object -FilterScript { $_.IsActive -and $_.ManagementServerName -eq $script:Endpoint }
    $signIn = $script:EndpointSignIn
    if (-not $open) { [void] (New-SCManagementGroupConnection -ComputerName $script:Endpoint @signIn) }
}
