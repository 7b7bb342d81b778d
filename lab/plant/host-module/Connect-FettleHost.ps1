$script:HostName = ''

function Connect-FettleHost {
    <#
    .SYNOPSIS
    Says which host the following functions act on.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $script:HostName = $Name
}
