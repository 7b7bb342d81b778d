import type { InventoryHost } from '../../model/inventory.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { ServiceFact } from '../../model/patch-window/facts.ts';
import type { VerifyReport } from '../../model/patch-window/turn.ts';
import type { Limits } from '../../model/plan.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure } from '../step/failure.ts';
import { hostAsItIs, hostAsPlanned } from '../step/inventory.ts';
import { step } from '../step/step.ts';
import { lookUntil } from '../step/wait.ts';
import { groupFaults } from './group.ts';
import { failedProbes, notRunning, readRoles, readState } from './host-facts.ts';

/**
 * Whether the host is well again: the services that ran before and those of the inventory run, its probes and those of the input
 * pass, and its redundancy group can do without another member. What starts by itself after a boot is given `limits.callMs` to
 * come up; nothing is started here.
 */
export function verifyHost(site: StepDependencies): PatchActivities['verifyHost'] {
  return (request) =>
    step(async () => {
      const { limits, runningServices, probes } = request;
      const host = hostAsItIs(site, request);
      const { pollMs } = limits;
      const deadline = Date.now() + limits.callMs;
      const wanted = [...new Set([...runningServices, ...host.services])];
      const { down, pendingReboot } = await lookUntil(
        ({ down: left }) => !left.some(startsByItself),
        { pollMs, deadline },
        async () => {
          const state = await readState(site, host, limits);
          return { down: notRunning(wanted, state.services), pendingReboot: state.pendingReboot };
        },
      );
      // Probes of a host whose services are down fail for that reason: waiting for them would help nobody.
      const patience = down.length === 0 ? deadline : Date.now();
      const probesFailed = await lookUntil(isEmpty, { pollMs, deadline: patience }, () =>
        failedProbes(site, host, limits, [...host.probes, ...probes]),
      );
      const unwell = [...down.map(({ name }) => `${name} does not run`), ...probesFailed.map(({ probe }) => probe)];
      const group = await groupReport(site, host, limits, { patience, unwell });
      return { servicesDown: down, probesFailed, group, pendingReboot };
    });
}

async function groupReport(
  site: StepDependencies,
  host: InventoryHost,
  limits: Limits,
  { patience, unwell }: { patience: number; unwell: string[] },
): Promise<VerifyReport['group']> {
  if (host.redundancyGroup === undefined) return null;
  const faults = await lookUntil(isEmpty, { pollMs: limits.pollMs, deadline: patience }, async () =>
    groupFaults(host, await readRoles(site, host, limits)),
  );
  const all = [...faults, ...unwell];
  if (all.length === 0) return { healthy: true, detail: `${host.name} is back in ${host.redundancyGroup}` };
  return { healthy: false, detail: `${host.name} in ${host.redundancyGroup}: ${all.join('; ')}` };
}

function isEmpty(seen: unknown[]): boolean {
  return seen.length === 0;
}

/** Delayed services start two minutes after the others. */
function startsByItself({ state, startType }: ServiceFact): boolean {
  return state === 'StartPending' || (state === 'Stopped' && startType === 'AutomaticDelayedStart');
}

/** Starts a service that ran before. Fails with `ServiceDown` when it does not come up. */
export function startService(site: StepDependencies): PatchActivities['startService'] {
  return (request) =>
    step(async () => {
      const { limits, service } = request;
      const host = hostAsPlanned(site, request);
      const { state } = await callHost(site, SCRIPTS.startHostService, host, {
        parameters: { HostName: host.name, Name: service },
        limitMs: limits.callMs,
      });
      if (state === 'Running') return null;
      throw failure('ServiceDown', `The service ${service} on ${host.name} was started and is ${state}.`, {
        host: host.name,
        question: `Why does ${service} not run on ${host.name}? Start it, then retry ${host.name}.`,
      });
    });
}
