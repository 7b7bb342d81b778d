$script:Endpoint = ''

function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Remembers the management endpoint that the vendors' modules connect to.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $script:Endpoint = $Name
}
