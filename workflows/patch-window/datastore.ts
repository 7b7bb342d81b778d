import { datastoreLockId } from '../../model/locks.ts';
import type { SnapshotRecord } from '../../model/patch-window/turn.ts';
import { withLockAwaited } from '../locks/awaited.ts';
import type { PatchTools } from './tools.ts';

/**
 * Runs `work`, a removal of snapshots, while no other run removes one on the same datastore: removal stuns machines while it
 * consolidates, so it is done one at a time. A removal whose turn ended without a word lasts no longer than one call may.
 */
export async function withDatastore<R>(
  tools: PatchTools,
  { endpoint, datastore }: Pick<SnapshotRecord, 'endpoint' | 'datastore'>,
  waitUntil: number,
  work: () => Promise<R>,
): Promise<R> {
  const lock = datastoreLockId(endpoint, datastore);
  const after = { by: 'time', ms: tools.input.limits.callMs } as const;
  return await withLockAwaited(
    tools,
    { lock, after, does: 'removes a snapshot', busy: 'DatastoreBusy', waitUntil },
    work,
  );
}
