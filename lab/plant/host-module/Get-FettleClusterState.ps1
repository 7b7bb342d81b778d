function Get-FettleClusterState {
    <#
    .SYNOPSIS
    Reads the state of the host as a cluster node.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleClusterState'
}
