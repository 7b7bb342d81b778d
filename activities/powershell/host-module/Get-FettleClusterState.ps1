function Get-FettleClusterState {
    <#
    .SYNOPSIS
    Reads the state of the host as a cluster node.
    .DESCRIPTION
    By the classes of the cluster, which every node has: its cmdlets are not made for PowerShell 7, which a connection over SSH uses.
    #>
    [CmdletBinding()]
    param()

    $service = Get-Service -Name 'ClusSvc' -ErrorAction SilentlyContinue
    if (-not $service -or "$($service.StartType)" -eq 'Disabled') { return @{ cluster = $null } }
    $space = @{ Namespace = 'root/MSCluster' }
    $cluster = Get-CimInstance -ClassName MSCluster_Cluster @space
    $nodes = @(Get-CimInstance -ClassName MSCluster_Node @space)
    $own = $nodes | Where-Object -FilterScript { $_.Name -eq $env:COMPUTERNAME }
    if (-not $own) { throw "The cluster $($cluster.Name) knows no node $env:COMPUTERNAME, though its service is set up here." }
    $groups = @(Get-CimAssociatedInstance -InputObject $own -Association MSCluster_NodeToActiveGroup @space)
    $states = @{ '0' = 'Up'; '1' = 'Down'; '2' = 'Paused'; '3' = 'Joining' }
    $nodeState = $states["$($own.State)"]
    # A node whose state the cluster cannot tell is not one to rely on.
    if (-not $nodeState) { $nodeState = 'Down' }
    # Votes that are cast now, by nodes that are up or paused, of all that could be; more than half of all have to stay without this one.
    $all = [int] $cluster.WitnessDynamicWeight
    $cast = $all
    foreach ($node in $nodes) {
        $all += [int] $node.DynamicWeight
        if ("$($node.State)" -in '0', '2') { $cast += [int] $node.DynamicWeight }
    }
    @{
        cluster = @{
            name               = $cluster.Name
            nodeState          = $nodeState
            # NodeDrainStatusCompleted.
            drained            = ($own.NodeDrainStatus -eq 2)
            ownedGroups        = @($groups | ForEach-Object -Process { $_.Name })
            quorumSurvivesLoss = (2 * ($cast - [int] $own.DynamicWeight) -gt $all)
        }
    }
}
