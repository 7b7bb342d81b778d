import { datastoreLockId } from '../../model/ids.ts';
import type { SnapshotRecord } from '../../model/patch-window/turn.ts';
import { withLockAwaited } from '../locks/awaited.ts';
import type { PatchTools } from './tools.ts';

/**
 * Runs `work`, a removal of snapshots, while no other run removes one on the same datastore: removal stuns machines while it
 * consolidates, so it is done one at a time.
 */
export async function withDatastore<R>(
  tools: PatchTools,
  { endpoint, datastore }: Pick<SnapshotRecord, 'endpoint' | 'datastore'>,
  waitUntil: number,
  work: () => Promise<R>,
): Promise<R> {
  const workflowId = datastoreLockId(endpoint, datastore);
  const name = `datastore ${datastore} of ${endpoint}`;
  return await withLockAwaited(
    tools,
    { workflowId, name, does: 'removes a snapshot', busy: 'DatastoreBusy', waitUntil },
    work,
  );
}
