import type { PatchActivities } from '../../model/patch-window/activities.ts';
import { MAX_EVENTS } from '../../model/patch-window/turn.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { hostAsItIs } from '../step/inventory.ts';
import { step } from '../step/step.ts';
import { sinceTurn } from './host-facts.ts';

/** One line each, newest first: `2026-11-22T01:14:05Z error 20 of Microsoft-Windows-WindowsUpdateClient (System): ...`. */
export function eventExcerpt(site: StepDependencies): PatchActivities['eventExcerpt'] {
  return (request) =>
    step(async () => {
      const { turnStartedAt, limits } = request;
      const host = hostAsItIs(site, request);
      const { events } = await callHost(site, SCRIPTS.getEventExcerpt, host, {
        parameters: { HostName: host.name, Since: sinceTurn(turnStartedAt), Maximum: MAX_EVENTS },
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
