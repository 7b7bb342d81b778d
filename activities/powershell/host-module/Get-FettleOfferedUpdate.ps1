function Get-FettleOfferedUpdate {
    <#
    .SYNOPSIS
    Searches for the updates that the host is offered.
    #>
    [CmdletBinding()]
    param()

    Read-UpdateAgent -Reader 'Read-OfferedUpdate' -TimeLimitMinutes 4
}
