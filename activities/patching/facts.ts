import type { HostFacts, RoleFacts, ServiceFact } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';

export interface InstallerState {
  busy: boolean;
  servicing: boolean;
  rebootRequired: boolean;
}

export interface HostState {
  bootTime: string;
  pendingReboot: string[];
  freeDiskMb: number;
  services: ServiceFact[];
  installer: InstallerState;
  lastVerifiedBackupAt: string | null;
}

/**
 * Windows makes a new instance of each per-user service for each logon (`CDPUserSvc_4f2a1`): the name never comes back after a
 * reboot, so its absence says nothing.
 */
const PER_USER_INSTANCE = /_[0-9a-f]{4,8}$/;

export function readState(site: PatchingDependencies, host: InventoryHost, limits: Limits): Promise<HostState> {
  return callHost(site, SCRIPTS.getHostState, host, {
    parameters: { HostName: host.name },
    limitMs: limits.callMs,
  });
}

export function readRoles(site: PatchingDependencies, host: InventoryHost, limits: Limits): Promise<RoleFacts> {
  return callHost(site, SCRIPTS.getHostRole, host, { parameters: { HostName: host.name }, limitMs: limits.callMs });
}

/** Updates that the host is offered and has; a search of its own update source. */
export function readUpdates(
  site: PatchingDependencies,
  host: InventoryHost,
  limits: Limits,
): Promise<Pick<HostFacts, 'lastScanAt' | 'offered' | 'installed'>> {
  return callHost(site, SCRIPTS.getUpdateState, host, { parameters: { HostName: host.name }, limitMs: limits.callMs });
}

/** Everything that guards and the plan look at, read afresh (domain.md, Patch window, step 1). */
export async function readFacts(
  site: PatchingDependencies,
  host: InventoryHost,
  limits: Limits,
): Promise<{ facts: HostFacts; installer: InstallerState }> {
  const state = await readState(site, host, limits);
  const roles = await readRoles(site, host, limits);
  const updates = await readUpdates(site, host, limits);
  const facts: HostFacts = {
    host: host.name,
    readAt: new Date().toISOString(),
    bootTime: state.bootTime,
    pendingReboot: state.pendingReboot,
    freeDiskMb: state.freeDiskMb,
    runningServices: runningAutomatically(state.services),
    lastVerifiedBackupAt: state.lastVerifiedBackupAt,
    roles,
    ...updates,
  };
  return { facts, installer: state.installer };
}

function runningAutomatically(services: ServiceFact[]): string[] {
  return services
    .filter(({ startType, state }) => startType.startsWith('Automatic') && state === 'Running')
    .map(({ name }) => name)
    .filter((name) => !PER_USER_INSTANCE.test(name));
}
