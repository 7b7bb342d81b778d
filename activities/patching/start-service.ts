import type { SiteActivities } from '../../model/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { callHost } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';

/** Starts a service that ran before. Fails with `ServiceDown` when it does not come up. */
export function startService(site: PatchingDependencies): SiteActivities['startService'] {
  return ({ target, settings, service }) =>
    beating(async () => {
      const host = findHost(site, target.host);
      const { state } = await callHost(site, SCRIPTS.startHostService, host, {
        parameters: { HostName: host.name, Name: service },
        limitMs: settings.limits.callMs,
      });
      if (state === 'Running') return;
      throw failure('ServiceDown', `The service ${service} on ${host.name} was started and is ${state}.`, {
        host: host.name,
        question: `Why does ${service} not run on ${host.name}? Start it, then retry ${host.name}.`,
      });
    });
}
