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
    $votes = [int] $cluster.WitnessDynamicWeight
    foreach ($node in $nodes) { if ("$($node.State)" -in 'Up', 'Paused') { $votes += [int] $node.DynamicWeight } }
    @{
        cluster = @{
            name                = $cluster.Name
            nodeState           = "$($own.State)"
            drained             = ("$($own.DrainStatus)" -eq 'Completed')
            ownedGroups         = @($groups | ForEach-Object -Process { $_.Name })
            quorumSurvivesLoss  = (2 * ($votes - [int] $own.DynamicWeight) -gt $votes)
        }
    }
}
