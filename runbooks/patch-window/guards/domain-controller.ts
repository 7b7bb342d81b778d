import { objection } from './guard.ts';
import type { RoleGuard } from './guard.ts';

/**
 * A domain controller shares NETLOGON and SYSVOL, advertises, and replicates without error. A controller that is not
 * healthy before its turn tells that its group may not be able to do without it, or would hide what patching broke.
 */
export const domainController: RoleGuard = ({ host, facts }) => {
  const controller = facts.roles.domainController;
  if (controller === null) return [];
  const faults: string[] = [];
  if (!controller.netlogonShared) faults.push('NETLOGON is not shared');
  if (!controller.sysvolShared) faults.push('SYSVOL is not shared');
  if (!controller.advertising) faults.push('it does not advertise');
  if (controller.replicationFailures > 0) faults.push(`replication failures: ${controller.replicationFailures}`);
  if (faults.length === 0) return [];
  const list = faults.join(', ');
  return [
    objection(
      'domain-controller',
      'GroupUnhealthy',
      `Domain controller ${host.name} is not healthy: ${list}.`,
      `Mend domain controller ${host.name} (${list}), then retry it.`,
    ),
  ];
};
