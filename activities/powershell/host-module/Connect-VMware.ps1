function Connect-VMware {
    <#
    .SYNOPSIS
    Opens the session with the endpoint, with the credential of the inventory, or else the account of this session.
    #>
    [CmdletBinding()]
    param()

    Import-Module -Name VMware.VimAutomation.Core -Verbose:$false
    # A certificate that is not trusted ends it; nobody is asked, and nothing is accepted.
    [void] (Set-PowerCLIConfiguration -Scope Session -InvalidCertificateAction Fail -DefaultVIServerMode Single -Confirm:$false)
    $signIn = $script:EndpointSignIn
    [void] (Connect-VIServer -Server $script:Endpoint @signIn)
}
