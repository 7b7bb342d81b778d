function Get-FettleAvailabilityGroup {
    <#
    .SYNOPSIS
    Lists the availability groups with a replica on the host.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleAvailabilityGroup'
}
