import type { HandoverItem } from '../run.ts';
import type { UpdateOutcome } from './plan.ts';
import type { PatchOutcome } from './turn.ts';

/** Headings of what a patch window hands over, the most urgent first. */
export const PATCH_HANDOVER = {
  'maintenance-on': 'Maintenance mode still on',
  'service-down': 'Services down',
  'pending-reboot': 'Reboots pending',
  'snapshot-alive': 'Snapshots alive',
  'update-missing': 'Approved updates missing',
  'event-log': 'Last error in event log',
} as const;

/** What a turn left behind on its host and on the systems beside it. */
export function patchHandover({ id, lost, own }: PatchOutcome): HandoverItem[] {
  const items: HandoverItem[] = [];
  const add = (kind: keyof typeof PATCH_HANDOVER, text: string, until: string | null = null) =>
    items.push({ kind, target: id, text, until });
  const { maintenance, snapshot, snapshotsLeft, servicesDown, events } = own;
  if (own.pendingReboot) add('pending-reboot', 'a reboot is pending');
  if (servicesDown.length > 0) add('service-down', servicesDown.join(', '));
  if (maintenance !== null)
    add('maintenance-on', `on ${maintenance.endpoint} for ${maintenance.objects.join(', ')}`, maintenance.until);
  if (snapshot !== null) add('snapshot-alive', `${snapshot.name} on ${snapshot.datastore}`, snapshot.keepUntil);
  for (const { name, datastore, why } of snapshotsLeft) add('snapshot-alive', `${name} on ${datastore}: ${why}`);
  // What a lost turn came to nobody knows.
  const said = (outcome: UpdateOutcome) => (lost === true && outcome === 'not-attempted' ? 'unknown' : outcome);
  const missing = own.updates.filter(
    ({ outcome: o }) => o === 'failed' || o === 'not-offered' || o === 'not-attempted',
  );
  if (missing.length > 0)
    add('update-missing', missing.map((u) => `${u.kb || u.id} ${said(u.outcome)} ${u.detail}`.trim()).join(', '));
  const [newest, ...older] = events;
  if (newest !== undefined) {
    const more = older.length === 0 ? '' : ` (and ${older.length} more in the details of its turn)`;
    add('event-log', `${newest}${more}`);
  }
  return items;
}
