import { createHash } from 'node:crypto';
import type { InventoryHost } from '../../../model/inventory.ts';
import type { Organisation } from '../../../model/organisation.ts';
import type { Parsed } from '../../../model/parsed.ts';
import type { HostFacts, OfferedUpdate, RoleFacts } from '../../../model/patch-window/facts.ts';
import type { PatchLimits, PatchPlan, PatchSettings } from '../../../model/patch-window/plan.ts';
import type { Limits, PlannedWindow } from '../../../model/plan.ts';
import type { Problem } from '../../../model/problems.ts';
import type { Surveyed } from '../../../model/survey.ts';
import { parseInput } from '../../../runbooks/input/shared.ts';
import { targetProblems } from '../../../runbooks/input/targets.ts';
import { windowOf } from '../../../runbooks/input/window.ts';
import { patchWindowInput } from '../../../runbooks/patch-window/input.ts';
import { planPatchWindow, type PatchPlanRequest } from '../../../runbooks/patch-window/plan.ts';
import { resolveInput, surveysOf, type ResolvedInput } from '../../../runbooks/patch-window/resolve-input.ts';
import { freeze, type Frozen } from '../../../runbooks/planning/freeze.ts';

export const NOW = '2026-11-20T18:00:00Z';
export const HOUR = 3_600_000;
export const MINUTE = 60_000;

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

const engineLimits: Limits = {
  callMs: 5 * MINUTE,
  pollMs: 15_000,
  heartbeatMs: MINUTE,
  retryFirstMs: 10_000,
  retryAttempts: 4,
  workerWaitMs: 5 * MINUTE,
  workerReturnMs: 4 * HOUR,
};

export const limits: PatchLimits = {
  installMs: 2 * HOUR,
  rebootMs: HOUR,
  maxRounds: 4,
  scanMaxAgeMs: 7 * 24 * HOUR,
  backupMaxAgeMs: 48 * HOUR,
  freeDiskMb: 5000,
  datastoreFreeGb: 100,
  datastoreSnapshots: 12,
  maintenanceMarginMs: 30 * MINUTE,
};

/** A healthy virtual application server; `name` is the short name. */
export function host(name: string, change: Partial<InventoryHost> = {}): InventoryHost {
  const fqdn = `${name}.corp.example`;
  return {
    name: fqdn,
    site: 'nordhavn',
    os: 'Windows Server 2022',
    osVersion: '10.0.20348',
    roles: ['application'],
    tags: [],
    owner: 'Application Operations',
    criticality: 'medium',
    controlPlane: false,
    virtualization: {
      kind: 'hyper-v',
      endpoint: 'hv.corp.example',
      vmId: `vm-${name}`,
      datastore: 'ssd01',
      sharedDisks: false,
    },
    monitoring: { endpoint: 'scom.corp.example', objects: [fqdn] },
    updateSource: 'wsus',
    connection: { transport: 'local', address: fqdn, port: 22 },
    backup: { product: 'Veeam', maxAgeHours: 48 },
    services: [],
    probes: [],
    durationClass: 'standard',
    ...change,
  };
}

export const NO_ROLES: RoleFacts = { cluster: null, availabilityGroups: [], domainController: null, guests: [] };

export function update(kb: string, change: Partial<OfferedUpdate> = {}): OfferedUpdate {
  const hex = sha256(kb);
  return {
    id: `${hex.slice(0, 8)}-0000-4000-8000-${hex.slice(0, 12)}`,
    revision: 1,
    kb,
    title: `Update ${kb}`,
    classification: 'Security Updates',
    sizeMb: 100,
    rebootRequired: true,
    supersedes: [],
    ...change,
  };
}

/** What a healthy host shows one hour before `NOW`. */
export function facts(name: string, change: Partial<HostFacts> = {}): HostFacts {
  return {
    host: `${name}.corp.example`,
    readAt: NOW,
    bootTime: '2026-11-01T00:00:00Z',
    pendingReboot: [],
    freeDiskMb: 40_000,
    runningServices: ['WinRM'],
    lastScanAt: '2026-11-20T17:00:00Z',
    offered: [update('KB5000001')],
    installed: [],
    lastVerifiedBackupAt: '2026-11-20T02:00:00Z',
    roles: NO_ROLES,
    ...change,
  };
}

export function read(hostFacts: HostFacts, simulated: string[] = []): Surveyed<HostFacts> {
  return { id: hostFacts.host, status: 'read', facts: hostFacts, simulated };
}

export function organisation(hosts: InventoryHost[], patching: Partial<PatchLimits> = {}): Organisation {
  const settings: PatchSettings = {
    limits: { ...limits, ...patching },
    durationClasses: { standard: 30 * MINUTE, database: 45 * MINUTE },
    rebootLimits: { database: 90 * MINUTE },
  };
  return {
    inventory: { hosts, endpoints: [] },
    sites: [
      { name: 'nordhavn', title: 'Nordhavn', timeZone: 'Europe/Copenhagen' },
      { name: 'vestby', title: 'Vestby', timeZone: 'Europe/Copenhagen' },
    ],
    policies: { limits: engineLimits, maxConcurrency: 8 },
    settings: { 'patch-window': settings },
  };
}

/** A good input over every host of the site. */
export function input(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    change: 'CHG0012345',
    reason: 'Monthly updates',
    site: 'nordhavn',
    targets: { all: true },
    updates: { classifications: ['Security Updates'] },
    window: { closes: '+4h' },
    waves: [{ count: 1 }, { rest: true }],
    failureBudget: { percent: 25 },
    ...change,
  };
}

/** What an input means, as planning finds it out: parsed first, then resolved. */
export function resolve(value: unknown, where: Organisation): Parsed<ResolvedInput & { window: PlannedWindow }> {
  const parsed = parseInput(patchWindowInput, value);
  if (!parsed.ok) return { ok: false, problems: [...parsed.problems, ...targetProblems(value, where)] };
  const readWindow = windowOf(parsed.value, where, { dueAt: NOW, now: NOW });
  const window = readWindow.ok ? readWindow.value : null;
  const surveys = surveysOf({ input: parsed.value, organisation: where, window, now: NOW });
  const resolved = resolveInput(parsed.value, where);
  if (readWindow.ok && surveys.ok && resolved.ok)
    return { ok: true, value: { ...resolved.value, window: readWindow.value } };
  return { ok: false, problems: [readWindow, surveys].flatMap((part) => (part.ok ? [] : part.problems)) };
}

export type PlanResult = Frozen | { ok: false; failure: 'InvalidInput'; problems: Problem[] };

type PlanChange = Partial<Omit<PatchPlanRequest, 'input'>> & {
  input?: unknown;
  hosts?: InventoryHost[];
  surveys?: HostFacts[];
};

/** Plans two or more application servers unless told otherwise, as the planning activities do. */
export function plan({ hosts = [host('app01'), host('app02')], surveys, ...change }: PlanChange = {}): PlanResult {
  const found = surveys ?? hosts.map(({ name }) => facts(name.split('.')[0] ?? name));
  const request = {
    organisation: organisation(hosts),
    surveyed: found.map((one) => read(one)),
    now: NOW,
    scripts: { 'Get-HostState.ps1': 'a'.repeat(64) },
    sha256,
    relist: null,
    ...change,
  };
  const resolved = resolve(change.input ?? input(), request.organisation);
  if (!resolved.ok) return { ok: false, failure: 'InvalidInput', problems: resolved.problems };
  const draft = planPatchWindow({ ...request, input: resolved.value.input, window: resolved.value.window });
  if (!draft.ok) return { ok: false, failure: 'InvalidInput', problems: draft.problems };
  const simulated = [...new Set(request.surveyed.flatMap((survey) => survey.simulated))];
  return freeze(draft.value, { runbook: 'patch-window', now: NOW, simulated, mayBeEmpty: false, sha256 });
}

/** The plan of a result that has to be one. */
export function planned(result: PlanResult): PatchPlan {
  if (!result.ok) throw new Error(`${result.failure}: ${JSON.stringify(result.problems)}`);
  return result.plan as PatchPlan;
}
