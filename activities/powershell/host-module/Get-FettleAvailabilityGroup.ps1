function Get-FettleAvailabilityGroup {
    <#
    .SYNOPSIS
    Lists the availability groups with a replica on the host.
    .DESCRIPTION
    The partner is who carries on while this host is down: the primary, or, when this host is the primary, the first synchronous
    secondary. Databases are those of the partner where this replica knows them (a primary does), otherwise its own.
    #>
    [CmdletBinding()]
    param()

    # An instance without availability groups, and one older than they are, has nothing to say.
    $groupQuery = @'
IF SERVERPROPERTY('IsHadrEnabled') = 1
SELECT ag.name, rs.role_desc AS role, gs.primary_replica AS [primary],
  COALESCE(CASE WHEN rs.role_desc = 'PRIMARY' THEN
    (SELECT TOP 1 r2.replica_server_name FROM sys.availability_replicas r2
     WHERE r2.group_id = ag.group_id AND r2.replica_id <> rs.replica_id
       AND r2.availability_mode IN (0, 1) -- not a replica that only keeps the configuration (4)
     ORDER BY r2.availability_mode DESC, r2.replica_server_name)
  ELSE gs.primary_replica END, '') AS partner
FROM sys.availability_groups ag
JOIN sys.dm_hadr_availability_replica_states rs ON rs.group_id = ag.group_id AND rs.is_local = 1
JOIN sys.dm_hadr_availability_group_states gs ON gs.group_id = ag.group_id
'@
    $databaseQuery = @'
IF SERVERPROPERTY('IsHadrEnabled') = 1
SELECT ag.name AS [group], dc.database_name AS name, r.replica_server_name AS replica, ds.is_local AS local,
  ds.synchronization_state_desc AS synchronization, ds.synchronization_health_desc AS health
FROM sys.dm_hadr_database_replica_states ds
JOIN sys.availability_groups ag ON ag.group_id = ds.group_id
JOIN sys.availability_replicas r ON r.replica_id = ds.replica_id
JOIN sys.availability_databases_cluster dc ON dc.group_database_id = ds.group_database_id
'@
    $groups = foreach ($instance in @(Get-SqlInstance)) {
        $databases = @(Invoke-SqlRead -Instance $instance -Query $databaseQuery)
        foreach ($group in @(Invoke-SqlRead -Instance $instance -Query $groupQuery)) {
            $members = @($databases | Where-Object -FilterScript { $_['group'] -eq $group['name'] })
            $shown = @($members | Where-Object -FilterScript { $_['replica'] -eq $group['partner'] })
            if ($shown.Count -eq 0) { $shown = @($members | Where-Object -FilterScript { $_['local'] -eq 'True' }) }
            @{
                name           = $group['name']
                localRole      = $group['role']
                primaryReplica = $group['primary']
                partnerReplica = $group['partner']
                databases      = @($shown | ForEach-Object -Process { @{ name = $_['name']; synchronization = $_['synchronization']; health = $_['health'] } })
            }
        }
    }
    @{ groups = @($groups) }
}
