import { Context } from '@temporalio/activity';
import type { SiteActivities } from '../../model/activities.ts';
import type { ServiceFact } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import type { VerifyReport } from '../../model/turn.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readRoles, readState } from './facts.ts';
import { groupFaults } from './group-health.ts';
import { beating } from './heartbeat.ts';
import { failedProbes, notRunning } from './host-health.ts';
import { findHost } from './inventory-lookup.ts';

/**
 * Whether the host is well again: the services that ran before and those of the inventory run, its probes and those of the input pass, and its redundancy
 * group can do without another member (domain.md, Patch window, step 7). What starts by itself after a boot is given
 * `limits.callMs` to come up; nothing is started here.
 */
export function verifyHost(site: PatchingDependencies): SiteActivities['verifyHost'] {
  return ({ target, settings: { limits }, runningServices }) =>
    beating(async (): Promise<VerifyReport> => {
      const host = findHost(site, target.host);
      const deadline = Date.now() + limits.callMs;
      const wanted = [...new Set([...runningServices, ...host.services])];
      const { down, pendingReboot } = await settle(
        limits,
        deadline,
        async () => {
          const state = await readState(site, host, limits);
          return { down: notRunning(wanted, state.services), pendingReboot: state.pendingReboot };
        },
        (seen) => !seen.down.some(startsByItself),
      );
      // Probes of a host whose services are down fail for that reason: waiting for them would help nobody.
      const patience = down.length === 0 ? deadline : Date.now();
      const probesFailed = await settle(
        limits,
        patience,
        () => failedProbes(site, host, limits, [...host.probes, ...(target.probes ?? [])]),
        (seen) => seen.length === 0,
      );
      const unwell = [...down.map(({ name }) => `${name} does not run`), ...probesFailed.map(({ probe }) => probe)];
      const group = await groupReport(site, host, limits, { patience, unwell });
      return { servicesDown: down, probesFailed, group, pendingReboot };
    });
}

async function groupReport(
  site: PatchingDependencies,
  host: InventoryHost,
  limits: Limits,
  { patience, unwell }: { patience: number; unwell: string[] },
): Promise<VerifyReport['group']> {
  if (host.redundancyGroup === undefined) return null;
  const faults = await settle(
    limits,
    patience,
    async () => groupFaults(host, await readRoles(site, host, limits)),
    (seen) => seen.length === 0,
  );
  const all = [...faults, ...unwell];
  if (all.length === 0) return { healthy: true, detail: `${host.name} is back in ${host.redundancyGroup}` };
  return { healthy: false, detail: `${host.name} in ${host.redundancyGroup}: ${all.join('; ')}` };
}

/** Looks again until what is seen is settled or the deadline has passed, and returns the last look. */
async function settle<T>(
  limits: Limits,
  deadline: number,
  look: () => Promise<T>,
  settled: (seen: T) => boolean,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (settled(seen) || Date.now() + limits.pollMs > deadline) return seen;
    await Context.current().sleep(limits.pollMs);
  }
}

/** Delayed services start two minutes after the others. */
function startsByItself({ state, startType }: ServiceFact): boolean {
  return state === 'StartPending' || (state === 'Stopped' && startType === 'AutomaticDelayedStart');
}
