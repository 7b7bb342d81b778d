import type { RoleFacts } from '../../model/patch-window/facts.ts';
import { NO_SNAPSHOT_ROLES } from '../../model/inventory.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { SnapshotPolicy } from '../../model/patch-window/plan.ts';

export interface SnapshotDecision {
  snapshot: boolean;
  snapshotReason: string;
}

/**
 * Whether a snapshot is taken of a host: "none on DCs, SQL/AG hosts, shared disks". What the host says of its
 * own roles counts as much as the inventory; `roles` is null when it could not be read.
 */
export function decideSnapshot(host: InventoryHost, policy: SnapshotPolicy, roles: RoleFacts | null): SnapshotDecision {
  if (policy.take === 'never') return without('the input takes no snapshots');
  if (host.virtualization === 'physical') return without('a physical machine');
  const barred = host.roles.filter((role) => NO_SNAPSHOT_ROLES.includes(role));
  if (barred.length > 0) return without(`none is taken of the role ${barred.join(', ')}`);
  const held = heldRoles(roles);
  if (held.length > 0) return without(`the host says that it is ${held.join(' and ')}`);
  if (host.virtualization.sharedDisks) return without('it has shared disks');
  const { endpoint, datastore } = host.virtualization;
  const kept = policy.keepMs === 0 ? 'removed in the same turn' : `kept for ${Math.round(policy.keepMs / 3_600_000)} h`;
  return { snapshot: true, snapshotReason: `on ${endpoint}, datastore ${datastore}, ${kept}` };
}

function without(snapshotReason: string): SnapshotDecision {
  return { snapshot: false, snapshotReason };
}

function heldRoles(roles: RoleFacts | null): string[] {
  if (roles === null) return [];
  return [
    ...(roles.domainController === null ? [] : ['a domain controller']),
    ...(roles.availabilityGroups.length > 0 ? ['an availability-group replica'] : []),
    ...(roles.cluster === null ? [] : ['a cluster node']),
    ...(roles.guests.length > 0 ? ['a hypervisor'] : []),
  ];
}
