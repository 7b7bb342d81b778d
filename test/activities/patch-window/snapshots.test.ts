import { describe, expect, it } from 'vitest';
import { readKeepUntil, writeSnapshotComment } from '../../../activities/patch-window/our-snapshots.ts';
import type { SnapshotFact } from '../../../model/patch-window/facts.ts';
import { SNAPSHOT_OVER_AGE_MS } from '../../../model/patch-window/turn.ts';
import { callsOf, scriptedShell, timedOut, unreachable } from './scripted-shell.ts';
import { failureOf, HOST, inventoryHost, situation, stepRequest } from './situation.ts';

const host = inventoryHost();
const OLD = 'fettle-old-app01-snapshot-1-1';
const KEY = `0193-run-key-1/patch/${HOST}/1/snapshot/1`;
/** Its last part is the beginning of the SHA-256 of the key. */
const NAME = 'fettle-app01-snapshot-742fb48deb88001d';
const datastore = { name: 'ssd01', freeGb: 500, snapshots: 0 };
const quiesced = ({ Name }: Record<string, unknown>) => ({
  name: Name as string,
  createdAt: new Date().toISOString(),
  quiesced: true,
});
const request = (turn = 1) => ({
  ...stepRequest(host, { turn }),
  keepMs: 72 * 3_600_000,
  datastore: { datastoreFreeGb: 100, datastoreSnapshots: 3 },
});
const daysAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const ours = (name: string, keepUntil: string) => ({
  name,
  createdAt: daysAhead(-1),
  comment: writeSnapshotComment({ key: KEY, runId: 'patch-window/CHG0000/1', keepUntil }),
});

describe("the snapshot's comment", () => {
  const keepUntil = '2026-12-01T00:00:00.000Z';

  it('tells whose it is by the whole key; a long run id is cut, never key or time', () => {
    const comment = writeSnapshotComment({ key: KEY, runId: 'run/1', keepUntil });
    expect(comment).toBe(`fettle ${KEY} run run/1 keep-until ${keepUntil}`);
    expect(readKeepUntil(comment)).toBe(keepUntil);
    const long = writeSnapshotComment({ key: KEY, runId: 'r'.repeat(400), keepUntil });
    expect(long).toHaveLength(250);
    expect(long).toContain(`fettle ${KEY} run rrr`);
    expect(readKeepUntil(long)).toBe(keepUntil);
  });

  it('of the build before, without a key, still tells how long it is kept', () => {
    expect(readKeepUntil(`fettle patch-window/CHG0000/1 keep-until ${keepUntil}`)).toBe(keepUntil);
  });

  it.each(['', 'before the upgrade', 'fettle run/1 keep-until soon', 'fettle keep-until'])(
    'is not seen in %j',
    (text) => {
      expect(readKeepUntil(text)).toBeNull();
    },
  );
});

describe('takeSnapshot', () => {
  it('tells of a snapshot that may have been taken where the hypervisor did not answer', async () => {
    const shell = scriptedShell({ getVmSnapshot: { snapshots: [], datastore }, newVmSnapshot: timedOut });
    const failure = await failureOf(situation(shell).run('takeSnapshot', request()));
    expect(failure).toMatchObject({ type: 'SnapshotFailed', perhaps: { name: NAME, datastore: 'ssd01' } });
  });

  it('names it after run, stage, host and turn, and says how long it is kept', async () => {
    const shell = scriptedShell({ getVmSnapshot: { snapshots: [], datastore }, newVmSnapshot: quiesced });
    const record = await situation(shell).run('takeSnapshot', request());
    expect(record).toMatchObject({ endpoint: 'vcenter.corp.example', vmId: 'vm-1', datastore: 'ssd01', name: NAME });
    expect(Date.parse(record.keepUntil) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    expect(callsOf(shell, 'newVmSnapshot')).toEqual([
      expect.objectContaining({
        Name: NAME,
        Comment: `fettle ${KEY} run patch-window/CHG0001/1 keep-until ${record.keepUntil}`,
        Key: KEY,
      }),
    ]);
  });

  it.each([
    { freeGb: 99, snapshots: 0, says: '99 GB are free' },
    { freeGb: 500, snapshots: 3, says: 'holds 3 snapshots' },
  ])('refuses a datastore with $freeGb GB free and $snapshots snapshots', async ({ freeGb, snapshots, says }) => {
    const shell = scriptedShell({ getVmSnapshot: { snapshots: [], datastore: { name: 'ssd01', freeGb, snapshots } } });
    const failure = await failureOf(situation(shell).run('takeSnapshot', request()));
    expect(failure.type).toBe('DatastoreFull');
    expect(failure.message).toContain(says);
  });

  it('answers for the snapshot that an earlier attempt took, also on a datastore that it filled', async () => {
    const keepUntil = daysAhead(2);
    const shell = scriptedShell({
      getVmSnapshot: { snapshots: [ours(NAME, keepUntil)], datastore: { ...datastore, snapshots: 3 } },
      newVmSnapshot: quiesced,
    });
    expect(await situation(shell).run('takeSnapshot', request())).toMatchObject({ name: NAME, keepUntil });
  });

  it('keeps the snapshot of the first turn when an operator retries the host', async () => {
    const shell = scriptedShell({
      getVmSnapshot: { snapshots: [ours(NAME, daysAhead(2))], datastore },
      newVmSnapshot: quiesced,
    });
    const record = await situation(shell).run('takeSnapshot', request(2));
    expect(record.name).toBe(NAME);
  });

  it('removes a snapshot that was not quiesced and fails', async () => {
    const shell = scriptedShell({
      getVmSnapshot: { snapshots: [], datastore },
      newVmSnapshot: (parameters) => ({ ...quiesced(parameters), quiesced: false }),
      removeVmSnapshot: { removed: true },
    });
    const failure = await failureOf(situation(shell).run('takeSnapshot', request()));
    expect(failure).toMatchObject({ type: 'SnapshotFailed', retryable: false });
    expect(callsOf(shell, 'removeVmSnapshot').map(({ Name }) => Name)).toEqual([NAME]);
  });

  it('refuses a physical host, and does not call the host unreachable when its hypervisor is', async () => {
    const physical = inventoryHost({ virtualization: 'physical' });
    const metal = situation(scriptedShell({}), [physical]).run('takeSnapshot', {
      ...request(),
      ...stepRequest(physical),
    });
    expect((await failureOf(metal)).type).toBe('SnapshotFailed');
    const cut = situation(scriptedShell({ getVmSnapshot: unreachable })).run('takeSnapshot', request());
    expect((await failureOf(cut)).message).toContain('vcenter.corp.example');
  });
});

describe('oldSnapshots', () => {
  const look = (snapshots: SnapshotFact[], turn = 2) =>
    situation(scriptedShell({ getVmSnapshot: { snapshots, datastore } })).run(
      'oldSnapshots',
      stepRequest(host, { turn }),
    );

  it('tells only our snapshots of earlier runs that have served their time, and removes none', async () => {
    const { expired, overAge } = await look([
      ours(OLD, daysAhead(-1)),
      ours('fettle-young-app01-snapshot-1-1', daysAhead(1)),
      ours('before-upgrade', daysAhead(-1)),
      { ...ours('fettle-edited-app01-snapshot-1-1', daysAhead(-1)), comment: 'keep this!' },
      ours(NAME, daysAhead(-1)),
    ]);
    expect(expired).toEqual([
      { endpoint: 'vcenter.corp.example', vmId: 'vm-1', datastore: 'ssd01', name: OLD, keepUntil: expect.any(String) },
    ]);
    expect(overAge).toEqual([]);
  });

  it('calls every snapshot of ours over age that is older than 72 h, whatever its comment says', async () => {
    const createdAt = new Date(Date.now() - SNAPSHOT_OVER_AGE_MS - 60_000).toISOString();
    const kept = { ...ours('fettle-kept-app01-snapshot-1-1', daysAhead(1)), createdAt };
    const edited = { ...ours('fettle-edited-app01-snapshot-1-1', daysAhead(-1)), createdAt, comment: 'keep this!' };
    const foreign = { ...ours('before-upgrade', daysAhead(-1)), createdAt };
    const young = { ...ours(OLD, daysAhead(1)), createdAt: daysAhead(-2.9) };
    const { expired, overAge } = await look([kept, edited, foreign, young]);
    expect(expired).toEqual([]);
    expect(overAge).toEqual([kept, edited].map(({ name }) => ({ name, datastore: 'ssd01', createdAt })));
  });

  it('asks nobody about a physical host', async () => {
    const physical = inventoryHost({ virtualization: 'physical' });
    const shell = scriptedShell({});
    const found = await situation(shell, [physical]).run('oldSnapshots', stepRequest(physical));
    expect(found).toEqual({ expired: [], overAge: [] });
    expect(shell.calls).toEqual([]);
  });

  it('that cannot reach the hypervisor does not call the host unreachable', async () => {
    const failure = await failureOf(
      situation(scriptedShell({ getVmSnapshot: unreachable })).run('oldSnapshots', stepRequest(host)),
    );
    expect(failure).toMatchObject({ type: 'SnapshotRemovalFailed', retryable: true });
  });
});

describe('removal', () => {
  it('takes away what it is told to, once', async () => {
    const shell = scriptedShell({ removeVmSnapshot: { removed: true } });
    const snapshot = { endpoint: 'vcenter.corp.example', vmId: 'vm-1', datastore: 'ssd01', keepUntil: daysAhead(-1) };
    await situation(shell).run('removeSnapshot', { ...stepRequest(host), snapshot: { ...snapshot, name: OLD } });
    expect(callsOf(shell, 'removeVmSnapshot').map(({ Name, VmId }) => [Name, VmId])).toEqual([[OLD, 'vm-1']]);
  });

  it('never removes a snapshot that is not ours', async () => {
    const snapshot = { endpoint: 'vcenter.corp.example', vmId: 'vm-1', datastore: 'ssd01', keepUntil: daysAhead(-1) };
    const shell = scriptedShell({});
    const foreign = { ...stepRequest(host), snapshot: { ...snapshot, name: 'before-upgrade' } };
    const failure = await failureOf(situation(shell).run('removeSnapshot', foreign));
    expect(failure.type).toBe('SnapshotRemovalFailed');
    expect(shell.calls).toEqual([]);
  });
});
