function Get-FettleUpdateHistory {
    <#
    .SYNOPSIS
    Lists the installations since a time.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Since
    )

    Read-UpdateAgent -Reader 'Read-UpdateHistory' -Parameter @{ Since = $Since } -TimeLimitMinutes 1
}
