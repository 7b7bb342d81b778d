import type { Organisation } from '../model/organisation.ts';
import type { PatchLimits } from '../model/patch-window/plan.ts';
import type { Limits } from '../model/plan.ts';
import { patchSettings } from '../runbooks/patch-window/settings.ts';
import { generateInventory } from './plant/index.ts';

/** Looks and waits of a lab, in milliseconds: its hosts answer at once or never will. */
const LAB_TIMES = {
  callMs: 8_000,
  pollMs: 250,
  heartbeatMs: 5_000,
  retryFirstMs: 200,
  workerWaitMs: 20_000,
  workerReturnMs: 120_000,
} satisfies Partial<Limits>;

/** However fast the plant runs, an installation and a reboot get this long. */
const SHORTEST_FOLLOW_MS = 20_000;

export interface LabOrganisationOptions {
  /** Number of generated hosts; the configuration's own inventory when left out. */
  hosts?: number | undefined;
  seed: number;
  /** Simulated durations are divided by it, and so are the limits on what takes simulated time. */
  scale: number;
  limits?: Partial<LabLimits> | undefined;
}

/** Limits of the policies and of patching, which single tests replace. */
export type LabLimits = Limits & PatchLimits;

/** The configured organisation as a lab runs it: with its own inventory or a generated one, and limits that fit the plant's pace. */
export function labOrganisation(
  configured: Organisation,
  { hosts, seed, scale, limits }: LabOrganisationOptions,
): Organisation {
  const patching = patchSettings(configured);
  const { installMs, rebootMs } = patching.limits;
  const all: LabLimits = {
    ...configured.policies.limits,
    ...patching.limits,
    ...LAB_TIMES,
    installMs: Math.max(SHORTEST_FOLLOW_MS, Math.round(installMs / scale)),
    rebootMs: Math.max(SHORTEST_FOLLOW_MS, Math.round(rebootMs / scale)),
    ...limits,
  };
  return {
    ...configured,
    inventory: hosts === undefined ? configured.inventory : generateInventory(hosts, seed),
    policies: { ...configured.policies, limits: pick(all, configured.policies.limits) },
    settings: {
      ...configured.settings,
      // The plant's servers come back at one pace.
      'patch-window': { ...patching, limits: pick(all, patching.limits), rebootLimits: {} },
    },
  };
}

/** The fields of `all` that `like` has. */
function pick<T extends object>(all: T, like: T): T {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in like)) as T;
}
