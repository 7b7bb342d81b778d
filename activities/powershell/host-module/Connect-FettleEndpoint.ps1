$script:Endpoint = ''
$script:EndpointSignIn = @{}

function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Remembers the management endpoint that the vendors' modules connect to, and what they sign in with.
    .DESCRIPTION
    Without an account they sign in as the account of this session.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Name,
        [string] $User,
        [string] $Secret
    )

    $script:Endpoint = $Name
    $script:EndpointSignIn = @{}
    if ($User) {
        $password = [Net.NetworkCredential]::new($User, $Secret).SecurePassword
        $script:EndpointSignIn = @{ Credential = [pscredential]::new($User, $password) }
    }
}
