function Get-FettleClusterState {
    <#
    .SYNOPSIS
    Reads the state of the host as a cluster node.
    #>
    [CmdletBinding()]
    param()

    $service = Get-Service -Name 'ClusSvc' -ErrorAction SilentlyContinue
    if (-not $service -or $service.StartType -eq 'Disabled') { return @{ cluster = $null } }
    $cluster = Get-Cluster
    $nodes = @(Get-ClusterNode)
    $own = $nodes | Where-Object -FilterScript { $_.Name -eq $env:COMPUTERNAME }
    $groups = @(Get-ClusterGroup | Where-Object -FilterScript { $_.OwnerNode.Name -eq $env:COMPUTERNAME })
    # Votes that are cast now, of all that could be; more than half of all have to stay without this node.
    $all = [int] $cluster.WitnessDynamicWeight
    $cast = $all
    foreach ($node in $nodes) {
        $all += [int] $node.DynamicWeight
        if ("$($node.State)" -in 'Up', 'Paused') { $cast += [int] $node.DynamicWeight }
    }
    @{
        cluster = @{
            name                = $cluster.Name
            nodeState           = "$($own.State)"
            drained             = ("$($own.DrainStatus)" -eq 'Completed')
            ownedGroups         = @($groups | ForEach-Object -Process { $_.Name })
            quorumSurvivesLoss  = (2 * ($cast - [int] $own.DynamicWeight) -gt $all)
        }
    }
}
