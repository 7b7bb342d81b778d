import type { InventoryHost, Probe } from '../../model/inventory.ts';
import type { HostFacts, RoleFacts, ServiceFact } from '../../model/patch-window/facts.ts';
import type { VerifyReport } from '../../model/patch-window/turn.ts';
import type { Limits } from '../../model/plan.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';

export interface InstallerState {
  busy: boolean;
  servicing: boolean;
  rebootRequired: boolean;
  /** Update tasks of ours that run. */
  tasks: string[];
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

/** How far a host's clock may lag behind the worker's, in milliseconds: its history and its event log are stamped by the former, a turn by the latter. */
const CLOCK_SKEW_MS = 5 * 60_000;

export function readState(site: StepDependencies, host: InventoryHost, limits: Limits): Promise<HostState> {
  return callHost(site, SCRIPTS.getHostState, host, { parameters: { HostName: host.name }, limitMs: limits.callMs });
}

export function readRoles(site: StepDependencies, host: InventoryHost, limits: Limits): Promise<RoleFacts> {
  return callHost(site, SCRIPTS.getHostRole, host, { parameters: { HostName: host.name }, limitMs: limits.callMs });
}

/** Updates that the host is offered and has; a search of its own update source. */
export function readUpdates(
  site: StepDependencies,
  host: InventoryHost,
  limits: Limits,
): Promise<Pick<HostFacts, 'lastScanAt' | 'offered' | 'installed'>> {
  return callHost(site, SCRIPTS.getUpdateState, host, { parameters: { HostName: host.name }, limitMs: limits.callMs });
}

/** Everything that guards and the plan look at, read afresh. */
export async function readFacts(
  site: StepDependencies,
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

/** The probes, of those that are asked for, that do not pass. A host without probes is not called. */
export async function failedProbes(
  site: StepDependencies,
  host: InventoryHost,
  limits: Limits,
  asked: Probe[],
): Promise<VerifyReport['probesFailed']> {
  if (asked.length === 0) return [];
  const { probes } = await callHost(site, SCRIPTS.testHostProbe, host, {
    parameters: { HostName: host.name, Probes: asked },
    limitMs: limits.callMs,
  });
  return probes.filter(({ ok }) => !ok).map(({ probe, detail }) => ({ probe, detail }));
}

/** Service names are compared as Windows does, without case. A service that is gone counts as stopped and disabled. */
export function notRunning(wanted: string[], services: ServiceFact[]): ServiceFact[] {
  const byName = new Map(services.map((service) => [service.name.toLowerCase(), service]));
  return wanted
    .map((name): ServiceFact => byName.get(name.toLowerCase()) ?? { name, state: 'Stopped', startType: 'Disabled' })
    .filter(({ state }) => state !== 'Running');
}

/** From when on what a host has stamped may be a turn's doing. Both times are ISO 8601. */
export function sinceTurn(turnStartedAt: string): string {
  return new Date(Date.parse(turnStartedAt) - CLOCK_SKEW_MS).toISOString();
}
