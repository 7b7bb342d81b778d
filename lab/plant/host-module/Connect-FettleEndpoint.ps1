function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Says which management endpoint the following functions act on.
    .DESCRIPTION
    The plant's endpoints know no accounts.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '')]
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Name,
        [string] $User,
        [string] $Secret
    )

    $script:HostName = $Name
}
