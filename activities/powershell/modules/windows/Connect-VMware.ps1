function Connect-VMware {
    <#
    .SYNOPSIS
    Opens the session with the endpoint, by the account of this session or PowerCLI's own credential store.
    #>
    [CmdletBinding()]
    param()

    Import-Module -Name VMware.VimAutomation.Core -Verbose:$false
    [void] (Connect-VIServer -Server $script:Endpoint -Force)
}
