function Get-FettlePendingReboot {
    <#
    .SYNOPSIS
    Lists why a reboot is pending.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettlePendingReboot'
}
