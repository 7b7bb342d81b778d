function Get-FettleDomainControllerHealth {
    <#
    .SYNOPSIS
    Reads the health of the host as a domain controller.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleDomainControllerHealth'
}
