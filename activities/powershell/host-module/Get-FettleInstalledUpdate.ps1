function Get-FettleInstalledUpdate {
    <#
    .SYNOPSIS
    Lists the updates that the host has.
    #>
    [CmdletBinding()]
    param()

    Read-UpdateAgent -Reader 'Read-InstalledUpdate' -TimeLimitMinutes 2
}
