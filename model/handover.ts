import type { HandoverItem, HandoverKind, LedgerEntry } from './run.ts';

/** What the next shift must know of the targets (domain.md: at the end a handover list goes out). Pure. */
export function handoverList(ledger: readonly LedgerEntry[]): HandoverItem[] {
  return ledger.flatMap((entry) => [...notPatched(entry), ...leftBehind(entry)]);
}

function notPatched({ host, state, progress, reason }: LedgerEntry): HandoverItem[] {
  if (progress === 'in-work') return [item('not-patched', host, 'in work')];
  return state === 'succeeded' ? [] : [item('not-patched', host, reason === '' ? state : `${state}: ${reason}`)];
}

function leftBehind({ host, outcome, question }: LedgerEntry): HandoverItem[] {
  const asked = question === null ? [] : [item('open-question', host, question)];
  if (outcome === null) return asked;
  const { maintenance, snapshot, snapshotsLeft = [], updates, servicesDown, pendingReboot, events = [] } = outcome;
  const items: HandoverItem[] = asked;
  if (pendingReboot) items.push(item('pending-reboot', host, 'a reboot is pending'));
  if (servicesDown.length > 0) items.push(item('service-down', host, servicesDown.join(', ')));
  if (maintenance !== null)
    items.push(
      item(
        'maintenance-on',
        host,
        `on ${maintenance.endpoint} for ${maintenance.objects.join(', ')}`,
        maintenance.until,
      ),
    );
  if (snapshot !== null)
    items.push(item('snapshot-alive', host, `${snapshot.name} on ${snapshot.datastore}`, snapshot.keepUntil));
  for (const { name, datastore, why } of snapshotsLeft)
    items.push(item('snapshot-alive', host, `${name} on ${datastore}: ${why}`));
  const missing = updates.filter(({ outcome: o }) => o === 'failed' || o === 'not-offered' || o === 'not-attempted');
  if (missing.length > 0)
    items.push(
      item('update-missing', host, missing.map((u) => `${u.kb || u.id} ${u.outcome} ${u.detail}`.trim()).join(', ')),
    );
  const [newest, ...older] = events;
  if (newest !== undefined) {
    const more = older.length === 0 ? '' : ` (and ${older.length} more in the details of its turn)`;
    items.push(item('event-log', host, `${newest}${more}`));
  }
  return items;
}

function item(kind: HandoverKind, host: string, text: string, until: string | null = null): HandoverItem {
  return { kind, host, text, until };
}
