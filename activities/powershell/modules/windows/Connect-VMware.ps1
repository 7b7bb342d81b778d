function Connect-VMware {
    <#
    .SYNOPSIS
    Opens the session with the endpoint, by the account of this session or PowerCLI's own credential store.
    #>
    [CmdletBinding()]
    param()

    Import-Module -Name VMware.VimAutomation.Core -Verbose:$false
    # A certificate that is not trusted ends it; nobody is asked, and nothing is accepted.
    [void] (Set-PowerCLIConfiguration -Scope Session -InvalidCertificateAction Fail -DefaultVIServerMode Single -Confirm:$false)
    [void] (Connect-VIServer -Server $script:Endpoint)
}
