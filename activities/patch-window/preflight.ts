import type { InventoryHost } from '../../model/inventory.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { FrozenUpdate } from '../../model/patch-window/plan.ts';
import type { Baseline } from '../../model/patch-window/turn.ts';
import { runGuards } from '../../runbooks/patch-window/guards/index.ts';
import { updateOutcomes } from '../../runbooks/patch-window/updates.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure } from '../step/failure.ts';
import { hostAsPlanned } from '../step/inventory.ts';
import { step } from '../step/step.ts';
import { heedPartners } from './group.ts';
import { readFacts, type InstallerState } from './host-facts.ts';
import { heed } from './objections.ts';

/**
 * Looks at the target before its turn touches anything: is it still what was planned, does every guard agree with what the host
 * shows now, can its redundancy group do without it, and what of its frozen updates is left to install.
 */
export function preflight(site: StepDependencies): PatchActivities['preflight'] {
  return (request) =>
    step(async () => {
      const host = hostAsPlanned(site, request);
      const { facts, installer } = await readFacts(site, host, request.limits);
      refuseWhileAtWork(host, installer);
      const notes = heed(
        runGuards({
          moment: 'preflight',
          host,
          facts,
          limits: request.patchLimits,
          snapshot: request.snapshot,
          finishPendingReboot: request.finishPendingReboot,
          expectedMs: request.expectedMs,
          // No turn begins before the opening.
          opensAt: null,
          closesAt: request.closesAt,
          now: facts.readAt,
        }),
        host.name,
      );
      const groupNotes = await heedPartners(site, host, request.limits);
      return {
        bootTime: facts.bootTime,
        runningServices: facts.runningServices,
        toInstall: stillOffered(request.updates, facts.offered),
        updates: updateOutcomes(request.approved, host.os, { ...facts, frozen: request.updates }),
        pendingReboot: facts.pendingReboot,
        warnings: [...notes, ...groupNotes, ...installerWarnings(host.name, installer)],
        simulated: site.shell.simulated,
      };
    });
}

/** Before any guard speaks: what the host shows in the middle of an installation is not how it is. */
function refuseWhileAtWork({ name }: InventoryHost, { tasks }: InstallerState): void {
  if (tasks.length === 0) return;
  throw failure('TaskRunning', `${tasks.join(', ')} of an earlier turn still runs on ${name}.`, { host: name });
}

/** Only what the plan froze, by id and revision: a revision that was published since is other content. */
function stillOffered(updates: FrozenUpdate[], offered: OfferedUpdate[]): Baseline['toInstall'] {
  return updates
    .filter((frozen) => offered.some(({ id, revision }) => id === frozen.id && revision === frozen.revision))
    .map(({ id, revision, kb, rebootRequired }) => ({ id, revision, kb, rebootRequired }));
}

function installerWarnings(host: string, { busy, servicing }: InstallerState): string[] {
  if (!busy && !servicing) return [];
  return [
    `${host}: ${busy ? 'another installation runs' : 'servicing is in progress'}; the install step waits for it.`,
  ];
}
