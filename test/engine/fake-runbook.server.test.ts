import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { TimelineEntry } from '../../cli/history/timeline.ts';
import { main } from '../../cli/main.ts';
import type { StartedRun } from '../../cli/start-run.ts';
import { startLab, type Lab } from '../../lab/lab.ts';
import type { Plan } from '../../model/plan.ts';
import type { HandoverItem, LedgerPage, RunResult, RunStatus } from '../../model/run.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { createLog } from '../../workers/log.ts';
import { capture } from '../cli/fixtures.ts';
import { Cabinets, fakeRunbook } from './fixture/runbook.ts';

const cabinets = new Cabinets();
/** The one line of registration. */
const runbooks = [...RUNBOOKS, fakeRunbook(cabinets)];
let lab: Lab;
let tickets = 0;

beforeAll(async () => {
  lab = await startLab({
    hosts: 1,
    announce: false,
    runbooks,
    temporalCli: inject('temporalCli'),
    bundle: await workflowBundle(fileURLToPath(new URL('fixture/workflows.ts', import.meta.url))),
    log: createLog({ level: 'silent', readable: false }),
  });
});
afterAll(() => lab.close());

/** Runs a command; `out` is what it wrote on standard output. */
async function fettle(argv: string[], stdin?: unknown): Promise<{ code: number; out: string; all: string }> {
  const streams = capture(stdin === undefined ? '' : JSON.stringify(stdin));
  const code = await main([...argv, '--address', lab.address, '--ui', lab.ui ?? ''], streams, runbooks);
  return { code, out: streams.out(), all: streams.out() + streams.err() };
}

async function json<R>(argv: string[], stdin?: unknown): Promise<R> {
  return JSON.parse((await fettle([...argv, '--json'], stdin)).out) as R;
}

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

/** Starts a run and waits for its end. */
async function runOf(asked: { change: string }): Promise<{ runId: string; result: RunResult }> {
  const { runId } = await json<StartedRun>(['start', 'fake-runbook', '--input', '-'], asked);
  return { runId, result: (await lab.client.workflow.getHandle(runId).result()) as RunResult };
}

/** Until the run waits for its second stage. */
async function untilItWaits(handle: WorkflowHandle): Promise<void> {
  const waiting = async () => String((await handle.query<RunStatus>('status')).waiting);
  await expect.poll(waiting, { timeout: 20_000 }).toContain('The stage "seal" begins at');
}

async function entryOf(runId: string, drawer: string) {
  const page = await lab.client.workflow.getHandle(runId).query<LedgerPage, [unknown]>('ledger', {});
  return page.entries.find(({ id }) => id === drawer);
}

describe('a runbook that only stands in the list of runbooks', () => {
  test('is planned, started, watched, listed, told and handed over by the command line, and has a command of its own', async () => {
    const asked = input(['a1', 'a2', 'b1']);
    const plan = await json<Plan>(['plan', 'fake-runbook', '--input', '-'], asked);
    expect(plan.material.targets.map(({ id }) => id)).toEqual(['a1', 'a2', 'b1']);
    const shown = (await fettle(['plan', 'fake-runbook', '--input', '-'], asked)).out;
    expect(shown).toMatch(/DRAWER.*CABINET/);
    expect(shown).toContain('1000 ms');

    const { runId } = await json<StartedRun>(['start', 'fake-runbook', '--input', '-'], asked);
    const watched = await fettle(['watch', runId]);
    expect(watched.code).toBe(0);
    expect(watched.out).toMatch(/a1: .*succeeded/);
    const status = await fettle(['status', asked.change]);
    expect(status.out).toMatch(/DRAWER.*DONE/);
    for (const stage of ['tidy', 'seal', 'label', 'inspect']) expect(status.out).toContain(stage);
    const { handover } = await json<{ handover: HandoverItem[] }>(['handover', runId]);
    expect(handover).toContainEqual(expect.objectContaining({ kind: 'drawer-open', target: 'a2' }));
    expect((await fettle(['handover', runId])).out).toContain('Drawers open');
    const { runs } = await json<{ runs: { runId: string; outcome: string }[] }>(['list']);
    expect(runs.filter((run) => run.runId === runId)).toMatchObject([{ outcome: 'succeeded' }]);
    const { entries } = await json<{ entries: TimelineEntry[] }>(['timeline', runId]);
    expect(entries.filter(({ what }) => what === 'run was started')).toHaveLength(1);
    expect(entries.filter(({ workflowId }) => workflowId === 'target/cabinet/a').length).toBeGreaterThan(5);
    expect(await json(['drawers'])).toEqual({ namespace: lab.namespace, handled: 12 });
  });

  test('whose input is wrong is told every problem by its own fields', async () => {
    const { code, all } = await fettle(['start', 'fake-runbook', '--input', '-'], { drawers: ['nonsense'] });
    expect(code).toBe(2);
    for (const field of ['change', 'reason', 'site', 'drawers[0]']) expect(all).toContain(field);
  });
});

describe('the engine', () => {
  test('takes targets of one lock in one turn, once in each stage, by keys that carry the stage', async () => {
    cabinets.effects.length = 0;
    const { runId, result } = await runOf(input(['a1', 'a2', 'b1']));
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
      query: `WorkflowType = "fakeTurn" AND FettleChange = "${runId.split('/')[1]}"`,
    }))
      turns.push(`${workflowId} ${String(searchAttributes['FettleTarget'])}`);
    expect(turns.filter((turn) => turn === 'target/cabinet/a a1,a2')).toHaveLength(3);
    // A stage that only looks takes no lock: its turns have ids of their own.
    expect(turns.filter((turn) => turn.startsWith(`look/${first}/inspect/target/cabinet/`))).toHaveLength(2);
  });

  test('waits for a stage in a new execution, and starts each target of another when it is due', async () => {
    cabinets.effects.length = 0;
    const { runId } = await runOf(input(['a1', 'b1']));
    const executions = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { status } of lab.client.workflow.list({ query: `WorkflowId = "${runId}"` }))
        found.push(status.name);
      return found.toSorted();
    };
    // The list of executions is a little behind the executions.
    await expect.poll(executions, { timeout: 10_000 }).toEqual(['COMPLETED', 'CONTINUED_AS_NEW']);
    const at = (drawer: string, stage: string) =>
      cabinets.effects.find((effect) => effect.drawer === drawer && effect.stage === stage)?.at ?? 0;
    expect(at('a1', 'seal') - at('b1', 'tidy')).toBeGreaterThanOrEqual(1_000);
    expect(at('b1', 'inspect') - at('b1', 'label')).toBeGreaterThanOrEqual(1_000);
    expect(at('a1', 'inspect')).toBeLessThan(at('b1', 'inspect'));
    const status = await json<RunStatus>(['status', runId]);
    expect(status).toMatchObject({ ledger: { succeeded: 2 } });
  });

  test('leaves a target as it is that is not listed again, and one that failed out of the later stages', async () => {
    cabinets.jammed.add('c1');
    const { runId } = await json<StartedRun>(
      ['start', 'fake-runbook', '--input', '-'],
      input(['a1', 'b1', 'c1'], { restMs: 4_000 }),
    );
    const handle = lab.client.workflow.getHandle(runId);
    await untilItWaits(handle);
    cabinets.gone.add('b1');
    const result = (await handle.result()) as RunResult;
    cabinets.gone.clear();
    cabinets.jammed.clear();
    expect(result).toMatchObject({ outcome: 'partly', ledger: { succeeded: 2, failed: 1 } });
    expect(result.stages.map(({ ledger }) => ledger.succeeded)).toEqual([2, 1, 1, 2]);
    expect(await entryOf(runId, 'b1')).toMatchObject({
      state: 'succeeded',
      outcome: { own: { done: ['tidy done', 'inspect done'] } },
    });
    const notes = (await handle.query<RunStatus>('status')).notes.map(({ text }) => text);
    expect(notes).toContainEqual(
      expect.stringContaining('Not on the new list of the stage "seal", and left as they are: b1'),
    );
    expect(await entryOf(runId, 'c1')).toMatchObject({ state: 'failed', outcome: { stage: 'inspect' } });
  });

  test('heeds an abort while a stage is waited for: what was done stays done', async () => {
    const { runId } = await json<StartedRun>(
      ['start', 'fake-runbook', '--input', '-'],
      input(['d1'], { restMs: 3_600_000 }),
    );
    const handle = lab.client.workflow.getHandle(runId);
    await untilItWaits(handle);
    expect((await fettle(['pause', runId, '--reason', 'a look first'])).code).toBe(0);
    expect((await fettle(['target', 'retry', runId, 'd1', '--reason', 'once more'])).all).toContain(
      'no stage is at work now',
    );
    expect((await fettle(['abort', runId, '--reason', 'enough'])).code).toBe(0);
    expect(await handle.result()).toMatchObject({
      outcome: 'aborted',
      ledger: { succeeded: 1 },
      stages: [{ name: 'tidy' }],
    });
  });
});
