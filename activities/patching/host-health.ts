import type { ServiceFact } from '../../model/facts.ts';
import type { InventoryHost, Probe } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import type { VerifyReport } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';

/** The probes, of those that are asked for, that do not pass. A host without probes is not called. */
export async function failedProbes(
  site: PatchingDependencies,
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
