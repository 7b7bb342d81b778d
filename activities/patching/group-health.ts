import type { RoleFacts } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';

/**
 * The probe of a redundancy group, which must pass before another member is touched: a domain controller shares NETLOGON and
 * SYSVOL, advertises and replicates without error; an availability group's databases are SYNCHRONIZED and HEALTHY
 * (domain.md, Patch window, Guards). Returns what is wrong; the members of other groups are as healthy as their own probes say.
 */
export function groupFaults(host: InventoryHost, roles: RoleFacts): string[] {
  return [...controllerFaults(host, roles), ...availabilityFaults(host, roles), ...clusterFaults(host, roles)];
}

function controllerFaults(host: InventoryHost, { domainController }: RoleFacts): string[] {
  if (domainController === null)
    return host.roles.includes('domain-controller') ? ['it does not say that it is a domain controller'] : [];
  const faults: string[] = [];
  if (!domainController.netlogonShared) faults.push('NETLOGON is not shared');
  if (!domainController.sysvolShared) faults.push('SYSVOL is not shared');
  if (!domainController.advertising) faults.push('it does not advertise as a domain controller');
  if (domainController.replicationFailures > 0)
    faults.push(`replication failures: ${domainController.replicationFailures}`);
  return faults;
}

function availabilityFaults(host: InventoryHost, { availabilityGroups }: RoleFacts): string[] {
  if (availabilityGroups.length === 0)
    return host.roles.includes('availability-group') ? ['it does not show its availability group'] : [];
  return availabilityGroups.flatMap(({ name, localRole, databases }) => [
    ...(localRole === 'RESOLVING' ? [`its replica of ${name} is RESOLVING`] : []),
    ...databases
      .filter(({ synchronization, health }) => synchronization !== 'SYNCHRONIZED' || health !== 'HEALTHY')
      .map((database) => `${database.name} in ${name} is ${database.synchronization}, ${database.health}`),
  ]);
}

/** A node that was paused for its turn may stay paused; one that is down or still joining is missing from its cluster. */
function clusterFaults(host: InventoryHost, { cluster }: RoleFacts): string[] {
  if (cluster === null)
    return host.roles.includes('failover-cluster') ? ['it does not say that it is a cluster node'] : [];
  const present = cluster.nodeState === 'Up' || cluster.nodeState === 'Paused';
  return present ? [] : [`its node of cluster ${cluster.name} is ${cluster.nodeState}`];
}
