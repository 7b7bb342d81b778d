import { availabilityGroups } from './availability-group.ts';
import { backup } from './backup.ts';
import { clusterNode } from './cluster.ts';
import { declaredRoles } from './declared-roles.ts';
import { freeDisk } from './disk.ts';
import { domainController } from './domain-controller.ts';
import type { Guard, GuardContext, GuardFinding, RoleGuard, RoleGuardContext } from './guard.ts';
import { monitoring } from './monitoring.ts';
import { pendingReboot } from './pending-reboot.ts';
import { redundancyGroup } from './redundancy.ts';
import { updateScan } from './update-scan.ts';
import { window } from './window.ts';

export type { GuardContext, GuardFinding, RoleGuardContext } from './guard.ts';

const ROLE_GUARDS: RoleGuard[] = [redundancyGroup, declaredRoles, clusterNode, availabilityGroups, domainController];
const HOST_GUARDS: Guard[] = [window, backup, pendingReboot, freeDisk, updateScan, monitoring];

/**
 * Every guard of one host, those of roles first. An empty list means that nothing speaks against it;
 * of several objections the first is the one to act on.
 */
export function runGuards(context: GuardContext): GuardFinding[] {
  return [...roleGuards(context), ...HOST_GUARDS.flatMap((guard) => guard(context))];
}

/** The guards of redundancy groups, clusters, availability groups and domain controllers alone: right before install and reboot. */
export function roleGuards(context: RoleGuardContext): GuardFinding[] {
  return ROLE_GUARDS.flatMap((guard) => guard(context));
}
