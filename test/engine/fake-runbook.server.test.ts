import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TimelineEntry } from '../../cli/history/timeline.ts';
import type { StartedRun } from '../../cli/start-run.ts';
import { startLab, type Lab } from '../../lab/lab.ts';
import type { Plan } from '../../model/plan.ts';
import type { HandoverItem, LedgerPage, RunResult, RunStatus } from '../../model/run.ts';
import type { StepRequest } from '../../model/turn.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { createLog } from '../../workers/log.ts';
import { CommandLine, type Said } from '../cli/command-line.ts';
import { ownNamespace } from '../own-namespace.ts';
import { otherScripts } from '../workflows/stage/activities.ts';
import { Cabinets, fakeRunbook } from './fixture/runbook.ts';

const cabinets = new Cabinets();
/** The one line of registration. */
const runbooks = [...RUNBOOKS, fakeRunbook(cabinets)];
let lab: Lab;
let operator: CommandLine;
let tickets = 0;

beforeAll(async () => {
  lab = await startLab({
    hosts: 1,
    announce: false,
    runbooks,
    temporal: await ownNamespace(),
    bundle: await workflowBundle(fileURLToPath(new URL('fixture/workflows.ts', import.meta.url))),
    log: createLog({ level: 'silent', readable: false }),
  });
  operator = new CommandLine(lab.temporal, runbooks);
});
afterAll(() => lab.close());

function input(drawers: string[], change: Record<string, unknown> = {}): { change: string } & Record<string, unknown> {
  tickets += 1;
  return {
    change: `CHG77${String(tickets).padStart(5, '0')}`,
    reason: 'The cabinets want it',
    site: 'nordhavn',
    drawers,
    window: { closes: '+1h' },
    ...change,
  };
}

/** Until the run waits for its second stage. */
async function untilItWaits(handle: WorkflowHandle): Promise<void> {
  // Not expect.poll, which does not know its test among others that run beside it.
  await vi.waitFor(
    async () => {
      const { waiting } = await handle.query<RunStatus>('status');
      expect(waiting).toContain('The stage "seal" begins at');
    },
    { timeout: 20_000, interval: 50 },
  );
}

/** What the run asked an activity for first, in its last execution. */
async function requestIn(handle: WorkflowHandle, activity: string): Promise<unknown> {
  const { events } = await handle.fetchHistory();
  const asked = events
    ?.map(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes)
    .find((one) => one?.activityType?.name === activity);
  return JSON.parse(Buffer.from(asked?.input?.payloads?.[0]?.data ?? []).toString('utf8'));
}

async function entryOf(runId: string, drawer: string) {
  const page = await lab.client.workflow.getHandle(runId).query<LedgerPage, [unknown]>('ledger', {});
  return page.entries.find(({ id }) => id === drawer);
}

describe.concurrent('a runbook that only stands in the list of runbooks', () => {
  const asked = input(['a1', 'a2', 'b1']);
  let runId: string;
  let watched: Said;

  beforeAll(async () => {
    ({ runId } = await operator.json<StartedRun>(['start', 'fake-runbook', '--input', '-'], asked));
    watched = await operator.fettle(['watch', runId]);
  });

  test('is planned, watched, listed, told and handed over by the command line, and has a command of its own', async () => {
    const plan = await operator.json<Plan>(['plan', 'fake-runbook', '--input', '-'], asked);
    expect(plan.material.targets.map(({ id }) => id)).toEqual(['a1', 'a2', 'b1']);
    const shown = (await operator.fettle(['plan', 'fake-runbook', '--input', '-'], asked)).out;
    expect(shown).toMatch(/DRAWER.*CABINET/);
    expect(shown).toContain('3000 ms');

    expect(watched.code).toBe(0);
    expect(watched.out).toMatch(/a1: .*succeeded/);
    const status = await operator.fettle(['status', asked.change]);
    expect(status.out).toMatch(/DRAWER.*DONE/);
    for (const stage of ['tidy', 'seal', 'label', 'inspect']) expect(status.out).toContain(stage);
    const { handover } = await operator.json<{ handover: HandoverItem[] }>(['handover', runId]);
    expect(handover).toContainEqual(expect.objectContaining({ kind: 'drawer-open', target: 'a2' }));
    expect((await operator.fettle(['handover', runId])).out).toContain('Drawers open');
    const { runs } = await operator.json<{ runs: { runId: string; outcome: string }[] }>(['list']);
    expect(runs.filter((run) => run.runId === runId)).toMatchObject([{ outcome: 'succeeded' }]);
    const { entries } = await operator.json<{ entries: TimelineEntry[] }>(['timeline', runId]);
    expect(entries.filter(({ what }) => what === 'run was started')).toHaveLength(1);
    expect(entries.filter(({ workflowId }) => workflowId === 'target/cabinet/a').length).toBeGreaterThan(5);
    const { namespace, handled } = await operator.json<{ namespace: string; handled: number }>(['drawers']);
    expect(namespace).toBe(lab.namespace);
    expect(handled).toBeGreaterThanOrEqual(12);
  });

  test('whose input is wrong is told every problem by its own fields', async () => {
    const { code, out, err } = await operator.fettle(['start', 'fake-runbook', '--input', '-'], {
      drawers: ['nonsense'],
    });
    expect(code).toBe(2);
    for (const field of ['change', 'reason', 'site', 'drawers[0]']) expect(out + err).toContain(field);
  });

  test('has targets of one lock taken in one turn, once in each stage, by keys that carry the stage', async () => {
    const result = await operator.json<RunResult>(['status', runId]);
    expect(result).toMatchObject({ outcome: 'succeeded', targets: 3, ledger: { succeeded: 3 } });
    expect(result.stages.map(({ name, ledger }) => [name, ledger.succeeded])).toEqual([
      ['tidy', 3],
      ['seal', 3],
      ['label', 3],
      ['inspect', 3],
    ]);
    for (const drawer of ['a1', 'a2', 'b1'])
      expect(cabinets.stagesOf(drawer)).toEqual(['tidy', 'seal', 'label', 'inspect']);
    const first = (await lab.client.workflow.getHandle(runId).describe()).raw.workflowExecutionInfo?.firstRunId;
    expect(cabinets.effects.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['tidy', 'seal', 'label', 'inspect'].map((stage) => `${first}/${stage}/a1/1/handle/1`)),
    );
    const turns: string[] = [];
    for await (const { workflowId, searchAttributes } of lab.client.workflow.list({
      query: `WorkflowType = "fakeTurn" AND FettleChange = "${asked.change}"`,
    }))
      turns.push(`${workflowId} ${String(searchAttributes['FettleTarget'])}`);
    expect(turns.filter((turn) => turn === 'target/cabinet/a a1,a2')).toHaveLength(3);
    // A stage that only looks takes no lock: its turns have ids of their own.
    expect(turns.filter((turn) => turn.startsWith(`look/${first}/inspect/target/cabinet/`))).toHaveLength(2);
  });

  test('has a stage waited for in a new execution, and each target of another started when it is due', async () => {
    const { workflow } = lab.client;
    const last = await workflow.getHandle(runId).describe();
    const first = await workflow.getHandle(runId, last.raw.workflowExecutionInfo?.firstRunId ?? '').describe();
    expect([first.status.name, last.status.name]).toEqual(['CONTINUED_AS_NEW', 'COMPLETED']);
    const at = (drawer: string, stage: string) =>
      cabinets.effects.find((effect) => effect.drawer === drawer && effect.stage === stage)?.at ?? 0;
    expect(at('a1', 'seal') - at('b1', 'tidy')).toBeGreaterThanOrEqual(1_000);
    expect(at('b1', 'inspect') - at('b1', 'label')).toBeGreaterThanOrEqual(1_000);
    expect(at('a1', 'inspect')).toBeLessThan(at('b1', 'inspect'));
  });
});

describe.concurrent('the engine', () => {
  test('leaves a target as it is that is not listed again, and one that failed out of the later stages', async () => {
    cabinets.jammed.add('e1');
    const { runId } = await operator.json<StartedRun>(
      ['start', 'fake-runbook', '--input', '-'],
      input(['c1', 'd1', 'e1'], { restMs: 4_000 }),
    );
    const handle = lab.client.workflow.getHandle(runId);
    await untilItWaits(handle);
    const [, due] = /begins at (\S+)\.$/.exec((await handle.query<RunStatus>('status')).waiting ?? '') ?? [];
    cabinets.gone.add('d1');
    const result = (await handle.result()) as RunResult;
    // Its window is read against that, whenever a worker took it up.
    expect(await requestIn(handle, 'resolveTargets')).toMatchObject({ dueAt: due });
    expect(result).toMatchObject({ outcome: 'partly', ledger: { succeeded: 2, failed: 1 } });
    expect(result.stages.map(({ ledger }) => ledger.succeeded)).toEqual([2, 1, 1, 2]);
    expect(await entryOf(runId, 'd1')).toMatchObject({
      state: 'succeeded',
      outcome: { own: { done: ['tidy done', 'inspect done'] } },
    });
    const notes = (await handle.query<RunStatus>('status')).notes.map(({ text }) => text);
    expect(notes).toContainEqual(
      expect.stringContaining('Not on the new list of the stage "seal", and left as they are: d1'),
    );
    expect(await entryOf(runId, 'e1')).toMatchObject({ state: 'failed', outcome: { stage: 'inspect' } });
  });

  test('keeps what was let in over a continue-as-new: the turns of later stages have it', async () => {
    cabinets.refused.set('g1', otherScripts({ 'Restart-PatchHost.ps1': 'c0ffee' }));
    const { runId } = await operator.json<StartedRun>(['start', 'fake-runbook', '--input', '-'], input(['g1']));
    const handle = lab.client.workflow.getHandle(runId);
    await vi.waitFor(
      async () => expect((await handle.query<RunStatus>('status')).waiting).toContain('carries other scripts'),
      { timeout: 20_000, interval: 50 },
    );
    expect((await operator.fettle(['resume', runId, '--reason', 'the build of tonight'])).code).toBe(0);
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
    const { firstRunId } = (await handle.describe()).raw.workflowExecutionInfo ?? {};
    expect((await handle.describe()).runId).not.toBe(firstRunId);
    const { scripts, stage } = (await requestIn(
      lab.client.workflow.getHandle('target/cabinet/g'),
      'handleDrawer',
    )) as StepRequest;
    expect({ stage, allowed: scripts['Restart-PatchHost.ps1'] }).toEqual({
      stage: 'label',
      allowed: [expect.stringMatching(/^[0-9a-f]{16}$/), 'c0ffee'],
    });
    expect((await handle.query<RunStatus>('status')).notes.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Let in, unattributed .*the build of tonight.*c0ffee/),
    );
  });

  test('heeds an abort while a stage is waited for: what was done stays done', async () => {
    const { runId } = await operator.json<StartedRun>(
      ['start', 'fake-runbook', '--input', '-'],
      input(['f1'], { restMs: 3_600_000 }),
    );
    const handle = lab.client.workflow.getHandle(runId);
    await untilItWaits(handle);
    expect((await operator.fettle(['pause', runId, '--reason', 'a look first'])).code).toBe(0);
    expect((await operator.fettle(['target', 'retry', runId, 'f1', '--reason', 'once more'])).err).toContain(
      'no stage is at work now',
    );
    expect((await operator.fettle(['abort', runId, '--reason', 'enough'])).code).toBe(0);
    expect(await handle.result()).toMatchObject({
      outcome: 'aborted',
      ledger: { succeeded: 1 },
      stages: [{ name: 'tidy' }],
    });
  });
});
