function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Says which management endpoint the following functions act on.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $script:HostName = $Name
}
