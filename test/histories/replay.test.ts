import { fileURLToPath } from 'node:url';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { describe, expect, inject, test } from 'vitest';
import { workflowBundle } from '../../workers/bundle.ts';
import { dataConverter } from '../../workers/data-converter/index.ts';
import { createLog, installRuntime } from '../../workers/log.ts';
import type { History } from './plain-history.ts';
import { HISTORY_KINDS, readHistory, storedKinds, type HistoryKind } from './stored.ts';

// A replay that fails is told by its result; the runtime's own words on it would only alarm.
installRuntime(createLog({ level: 'silent', readable: true }));

/** What a replay of stored histories with these workflows complains of, by kind. */
async function complaints(
  kinds: readonly HistoryKind[],
  bundle: WorkflowBundleOption,
): Promise<Record<string, string>> {
  const histories = await Promise.all(
    kinds.map(async (kind) => ({ workflowId: kind, history: await readHistory(kind) })),
  );
  const results = Worker.runReplayHistories({ workflowBundle: bundle, dataConverter }, histories);
  const found: Record<string, string> = {};
  for await (const { workflowId, error } of results)
    if (error !== undefined) found[workflowId] = `${error.name}: ${error.message}`;
  return found;
}

/** How each of them ended, so that a record that went wrong is not taken for one of its kind. */
const ENDS: Record<HistoryKind, object> = {
  'run-succeeded': { outcome: 'succeeded', ledger: { succeeded: 2 } },
  'run-partly': { outcome: 'partly', ledger: { succeeded: 1, failed: 1 } },
  'run-budget-spent': { outcome: 'failed', stopReason: 'the failure budget is spent' },
  'run-aborted': { outcome: 'aborted', ledger: { failed: 1, 'not-started': 1 } },
  'run-cut-off': { outcome: 'cut-off', ledger: { succeeded: 1, 'not-started': 1 } },
  'run-dry': { dryRun: true },
  'run-invalid-input': { failed: 'InvalidInput' },
  'run-canary-stop': { stopReason: 'the canary wave proved nothing' },
  'run-held-up': { outcome: 'succeeded', ledger: { succeeded: 2 } },
  'turn-two-rounds': [{ state: 'succeeded', own: { rebooted: true } }],
  'turn-reboot-and-retry': [{ state: 'succeeded', own: { rebooted: true } }],
  'turn-asked': [{ state: 'failed', failure: 'AvailabilityGroupPrimary' }],
  'turn-snapshots-removed': [{ state: 'succeeded', own: { snapshot: null, snapshotsLeft: [{ name: 'fettle-kept' }] } }],
  'turn-stopped': [{ state: 'skipped', failure: null }],
  'turn-failed-after-change': [{ state: 'failed', failure: 'TaskRefused' }],
  'turn-unreachable': [{ state: 'unreachable', failure: 'HostUnreachable' }],
  'turn-reboot-timed-out': [{ state: 'unknown', failure: 'RebootTimeout' }],
  'lock-in-doubt': {},
  'turn-after-held-up': [{ state: 'succeeded', turn: 2, own: { installing: null, installed: 2 } }],
};

/** What the workflow returned, or the type of its failure. */
function endOf({ events }: History): unknown {
  const last = events?.at(-1);
  const failure = last?.workflowExecutionFailedEventAttributes?.failure;
  if (failure) return { failed: failure.applicationFailureInfo?.type };
  const data = last?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0]?.data;
  return data ? JSON.parse(Buffer.from(data).toString('utf8')) : {};
}

describe('stored histories', () => {
  test.each(HISTORY_KINDS)('%s ended as its name says', async (kind) => {
    expect(endOf(await readHistory(kind))).toMatchObject(ENDS[kind]);
  });

  test('are there for each kind of end, and for no other', async () => {
    expect(await storedKinds()).toEqual(HISTORY_KINDS.toSorted((a, b) => a.localeCompare(b)));
  });

  test('replay with the workflows as they are: what runs at an upgrade goes on', async () => {
    expect(await complaints(HISTORY_KINDS, { codePath: inject('workflowBundlePath') })).toEqual({});
  });

  test('do not replay with a turn whose steps come in another order', async () => {
    const reordered = await workflowBundle(fileURLToPath(new URL('./fixture/reordered.ts', import.meta.url)));
    const found = await complaints(['turn-two-rounds', 'turn-unreachable'], reordered);
    expect(Object.keys(found)).toEqual(['turn-two-rounds', 'turn-unreachable']);
    for (const complaint of Object.values(found)) expect(complaint).toMatch(/^DeterminismViolationError/);
  });
});
