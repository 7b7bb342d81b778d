function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleInstallerState'
}
