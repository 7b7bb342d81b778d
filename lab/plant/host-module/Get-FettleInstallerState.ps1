function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required, and which update tasks of ours run.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleInstallerState'
}
