import { createHash } from 'node:crypto';
import type { SiteActivities, StepRequest } from '../../model/activities.ts';
import type { OfferedUpdate } from '../../model/facts.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Baseline } from '../../model/turn.ts';
import { inventoryDigest } from '../../runbooks/patch-window/canonical-json.ts';
import { runGuards } from '../../runbooks/patch-window/guards/index.ts';
import { updateOutcomes } from '../../runbooks/patch-window/updates.ts';
import { failure } from '../failure.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readFacts } from './facts.ts';
import type { InstallerState } from './facts.ts';
import { heedPartners } from './group-partners.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';
import { heed } from './objections.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Looks at the target before its turn touches anything: is it still what was planned, does every guard agree with what the host
 * shows now, and what of its frozen updates is left to install; can its redundancy group do without it (domain.md, Patch window, Guards and step 1).
 */
export function preflight(site: PatchingDependencies): SiteActivities['preflight'] {
  return (request) =>
    beating(async (): Promise<Baseline> => {
      const { target, settings } = request;
      const host = unchangedHost(site, request);
      const { facts, installer } = await readFacts(site, host, settings.limits);
      const notes = heed(
        runGuards({
          moment: 'preflight',
          host,
          facts,
          limits: settings.limits,
          snapshot: target.snapshot,
          finishPendingReboot: settings.finishPendingReboot,
          expectedMs: target.expectedMs,
          closesAt: settings.closesAt,
          now: facts.readAt,
        }),
        host.name,
      );
      const groupNotes = await heedPartners(site, host, settings.limits);
      return {
        bootTime: facts.bootTime,
        runningServices: facts.runningServices,
        toInstall: stillOffered(request, facts.offered),
        updates: updateOutcomes(settings.approved, host.os, { ...facts, frozen: target.updates }),
        pendingReboot: facts.pendingReboot,
        warnings: [...notes, ...groupNotes, ...installerWarnings(host.name, installer)],
        simulated: site.shell.simulated,
      };
    });
}

function unchangedHost(site: PatchingDependencies, { target }: StepRequest): InventoryHost {
  const host = findHost(site, target.host);
  if (inventoryDigest(host, sha256) === target.inventoryDigest) return host;
  throw failure('TargetChanged', `The inventory entry of ${host.name} changed since the plan was made.`, {
    host: host.name,
  });
}

/** Only what the plan froze, by id and revision: a revision that was published since is other content. */
function stillOffered({ target }: StepRequest, offered: OfferedUpdate[]): Baseline['toInstall'] {
  return target.updates
    .filter((frozen) => offered.some(({ id, revision }) => id === frozen.id && revision === frozen.revision))
    .map(({ id, revision, kb, rebootRequired }) => ({ id, revision, kb, rebootRequired }));
}

function installerWarnings(host: string, { busy, servicing }: InstallerState): string[] {
  if (!busy && !servicing) return [];
  return [
    `${host}: ${busy ? 'another installation runs' : 'servicing is in progress'}; the install step waits for it.`,
  ];
}
