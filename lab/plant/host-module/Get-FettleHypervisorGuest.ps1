function Get-FettleHypervisorGuest {
    <#
    .SYNOPSIS
    Lists the virtual machines that run on the host.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleHypervisorGuest'
}
