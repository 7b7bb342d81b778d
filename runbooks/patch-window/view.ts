import { duration } from '../../model/duration.ts';
import { PATCH_HANDOVER, patchHandover } from '../../model/patch-window/handover.ts';
import type {
  ObservedHost,
  ObservedHosts,
  PatchMaterial,
  PatchPlan,
  PatchTarget,
  UpdateResult,
} from '../../model/patch-window/plan.ts';
import type { PatchState } from '../../model/patch-window/turn.ts';
import type { RunbookView } from '../runbook.ts';

/** What people read of a patch window on the command line, beside what every run has. */
export const PATCH_VIEW: RunbookView<PatchMaterial, PatchTarget, ObservedHosts, PatchState> = {
  noun: 'host',
  planFacts: (plan) => [
    ['Reboots', plan.material.own.reboot],
    ['Snapshots', snapshotText(plan)],
    ['Approved', approvedText(plan)],
  ],
  planColumns: [
    { head: 'ROLES', cell: ({ own }) => own.roles.join(' ') || '-' },
    { head: 'SNAPSHOT', cell: ({ own }) => (own.snapshot ? 'yes' : 'no') },
    { head: 'UPDATES', cell: ({ id, own }, { observed }) => updatesText(own, observed.own[id]) },
  ],
  ledgerColumns: [{ head: 'UPDATES', cell: ({ own }) => countText(own.updates) }],
  troubles: ({ own }) =>
    own.updates.filter(({ outcome }) => outcome === 'failed' || outcome === 'not-offered').map(troubleText),
  handover: patchHandover,
  handoverHeadings: PATCH_HANDOVER,
};

function snapshotText({ material: { own, targets } }: PatchPlan): string {
  const { take, keepMs } = own.snapshot;
  if (take === 'never') return 'never';
  const kept = keepMs === 0 ? 'removed when the host has passed' : `kept for ${duration(keepMs)}`;
  return `of ${targets.filter((target) => target.own.snapshot).length} of ${targets.length} targets, ${kept}`;
}

function approvedText({ material }: PatchPlan): string {
  const { kbs, classifications, excludedKbs } = material.own.approved;
  const named = kbs.map(({ kb, os }) => (os === null ? kb : `${kb} (${os.join(', ')})`));
  const excluded = excludedKbs.length > 0 ? `, without ${excludedKbs.join(' ')}` : '';
  return `${[...named, ...classifications].join(', ')}${excluded}; * wants a reboot`;
}

function updatesText({ updates }: PatchTarget, seen: ObservedHost | undefined): string {
  if (seen?.reachable === false) return `not read: ${seen.reason}`;
  const names = updates.map(({ kb, title, rebootRequired }) => `${kb || title}${rebootRequired ? '*' : ''}`);
  return names.length === 0 ? 'none left to install' : `${names.length}: ${names.join(' ')}`;
}

/** `3/4`: so many of the approved updates need nothing any more. */
function countText(updates: UpdateResult[]): string {
  if (updates.length === 0) return '-';
  const open = updates.filter(({ outcome: o }) => o === 'failed' || o === 'not-offered' || o === 'not-attempted');
  return `${updates.length - open.length}/${updates.length}`;
}

function troubleText({ kb, id, outcome, detail }: UpdateResult): string {
  return `${kb === '' ? id : kb} ${outcome}${detail === '' ? '' : ` (${detail})`}`;
}
