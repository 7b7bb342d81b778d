import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { windowInput } from './input.ts';
import { effectsOf, namesOf, repeated, WHOLE_TURN } from './journal.ts';
import { openRunStage, type PatchRun, type RunStage } from './lab-stage.ts';

let stage: RunStage;
let hosts: string[];
let run: PatchRun;

beforeAll(async () => {
  stage = await openRunStage();
  hosts = [stage.take('application'), stage.take('file'), stage.take('sql')];
  run = await stage.start(windowInput(hosts));
  await run.result();
});
afterAll(() => stage.close());

describe('a patch window in which nothing goes wrong', () => {
  test('ends succeeded, with a ledger that sums and only the snapshots to hand over', async () => {
    const result = await run.result();
    expect(result).toMatchObject({
      outcome: 'succeeded',
      targets: 3,
      ledger: { succeeded: 3 },
      stopReason: null,
      simulated: ['plant', 'powershell'],
    });
    const handedOver = result.handover.map(({ kind, target }) => `${kind} ${target}`);
    expect(new Set(handedOver)).toEqual(new Set([`snapshot-alive ${hosts[0]}`, `snapshot-alive ${hosts[1]}`]));
  });

  test('has every effect on the plant exactly once, in the order of the procedure', () => {
    for (const host of hosts.slice(0, 2)) {
      expect(namesOf(effectsOf(stage.plant, host))).toEqual(WHOLE_TURN);
      expect(repeated(effectsOf(stage.plant, host))).toEqual([]);
    }
  });

  test('takes no snapshot of a database server, and records why', async () => {
    const sql = hosts[2] ?? '';
    expect(namesOf(effectsOf(stage.plant, sql))).not.toContain('snapshot-taken');
    const step = (await run.entry(sql))?.outcome?.steps.find(({ step: name }) => name === 'snapshot');
    expect(step).toMatchObject({ result: 'left-out' });
    expect(step?.text).toContain('sql');
  });

  test('tells of each approved update that it was installed', async () => {
    for (const host of hosts) {
      const own = (await run.entry(host))?.outcome?.own;
      expect(own).toMatchObject({ installed: 2, rebooted: true, pendingReboot: false, maintenance: null });
      expect(own?.updates.filter(({ id }) => id !== '').map((update) => update.outcome)).toEqual([
        'installed',
        'installed',
      ]);
    }
  });
});

describe('in the Web UI', () => {
  test('run and turns can be found by their search attributes', async () => {
    expect((await run.handle.describe()).searchAttributes).toMatchObject({
      FettleRunbook: ['patch-window'],
      FettleChange: ['CHG0012345'],
      FettleSite: expect.arrayContaining(['nordhavn']),
      FettleOutcome: ['succeeded'],
      FettleQuestion: ['none'],
    });
    for (const host of hosts)
      expect((await run.turnOf(host).describe()).searchAttributes).toMatchObject({
        FettleRunbook: ['patch-window'],
        FettleChange: ['CHG0012345'],
        FettleTarget: [host],
        FettleOutcome: ['succeeded'],
        FettleQuestion: ['none'],
      });
  });

  test('every activity and timer of their histories says in words what it is', async () => {
    const handles = [run.handle, ...hosts.map((host) => run.turnOf(host))];
    const histories = await Promise.all(handles.map((handle) => handle.fetchHistory()));
    const events = histories.flatMap((history) => history.events ?? []);
    const acting = events.filter(
      (event) => event.activityTaskScheduledEventAttributes ?? event.timerStartedEventAttributes,
    );
    expect(acting.length).toBeGreaterThan(3 * 12);
    const silent = acting.filter((event) => (event.userMetadata?.summary?.data?.length ?? 0) === 0);
    expect(silent.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name)).toEqual([]);
  });

  test('a turn says in its static summary and details which host and change it is for', async () => {
    const description = await run.turnOf(hosts[0] ?? '').describe();
    expect(await description.staticSummary()).toBe(`Patch ${hosts[0]}, change CHG0012345`);
    expect(await description.staticDetails()).toContain(run.handle.workflowId);
  });
});
