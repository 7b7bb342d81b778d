import type { SiteActivities } from '../../model/activities.ts';
import { MAX_EVENTS } from '../../model/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from './call.ts';
import { sinceTurn } from './clock-skew.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';

/** One line each, newest first: `2026-11-22T01:14:05Z error 20 of Microsoft-Windows-WindowsUpdateClient (System): ...`. */
export function eventExcerpt(site: PatchingDependencies): SiteActivities['eventExcerpt'] {
  return ({ target, turnStartedAt, settings: { limits } }) =>
    beating(async () => {
      const host = findHost(site, target.host);
      const since = sinceTurn(turnStartedAt);
      const { events } = await callHost(site, SCRIPTS.getEventExcerpt, host, {
        parameters: { HostName: host.name, Since: since, Maximum: MAX_EVENTS },
        limitMs: limits.callMs,
      });
      return events.map(
        ({ at, level, id, source, log, message }) =>
          `${toTheSecond(at)} ${level} ${id} of ${source} (${log}): ${message}`,
      );
    });
}

function toTheSecond(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
