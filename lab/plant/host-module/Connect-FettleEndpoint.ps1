function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Says which management endpoint the following functions act on.
    .DESCRIPTION
    The plant's endpoints know no accounts; one without its password is refused all the same.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Name,
        [string] $User,
        [string] $Secret
    )

    if ($User -and -not $Secret) { throw [ArgumentException]::new("The account $User comes without its password.") }
    $script:HostName = $Name
}
