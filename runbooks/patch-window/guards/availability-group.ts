import type { AvailabilityGroupFact } from '../../../model/patch-window/facts.ts';
import { objection } from './guard.ts';
import type { GuardFinding, RoleGuard } from './guard.ts';

/**
 * A host of an availability group is refused while any of its replicas is PRIMARY, or while a database on the replica that must
 * carry on is not SYNCHRONIZED and HEALTHY. Fettle fails nothing over: it asks.
 */
export const availabilityGroups: RoleGuard = ({ host, facts }) =>
  facts.roles.availabilityGroups.flatMap((group) => [
    ...localReplica(host.name, group),
    ...databasesThatCarryOn(host.name, group),
  ]);

function localReplica(host: string, group: AvailabilityGroupFact): GuardFinding[] {
  if (group.localRole === 'PRIMARY') {
    return [
      objection(
        'availability-group',
        'AvailabilityGroupPrimary',
        `${host} holds the primary replica of ${group.name}.`,
        `Fail availability group ${group.name} over from ${host} to ${group.partnerReplica}, then retry ${host}.`,
      ),
    ];
  }
  if (group.localRole === 'RESOLVING') {
    return [
      objection(
        'availability-group',
        'AvailabilityGroupUnhealthy',
        `The replica of ${group.name} on ${host} is RESOLVING: nobody knows which replica is primary.`,
        `Bring availability group ${group.name} back to one primary replica, then retry ${host}.`,
      ),
    ];
  }
  return [];
}

function databasesThatCarryOn(host: string, group: AvailabilityGroupFact): GuardFinding[] {
  const unfit = group.databases.filter(
    ({ synchronization, health }) => synchronization !== 'SYNCHRONIZED' || health !== 'HEALTHY',
  );
  if (unfit.length === 0) return [];
  const list = unfit.map(({ name, synchronization, health }) => `${name} (${synchronization}, ${health})`).join(', ');
  return [
    objection(
      'availability-group',
      'AvailabilityGroupUnhealthy',
      `On ${group.partnerReplica}, which has to carry ${group.name} while ${host} is down, not every database is SYNCHRONIZED and HEALTHY: ${list}.`,
      `Bring ${list} on ${group.partnerReplica} to SYNCHRONIZED and HEALTHY, then retry ${host}.`,
    ),
  ];
}
