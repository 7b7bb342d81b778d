import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostTurnId } from '../../model/ids.ts';
import { patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';

let stage: Stage;
const fields = { reason: 'Batch 4711 is still running', by: 'Kim Example' };
/** Names that the SDK keeps for itself, that JavaScript knows, and that nobody knows. */
const NAMES = ['__temporal_anything', '__temporal_workflow_stream_publish', '__stack_trace', '__proto__', 'Pause'];
const BROKEN: [encoding: string, data: string][] = [
  ['json/plain', '{"reason": '],
  ['binary/from-elsewhere', '{}'],
];

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A signal with bytes of our choice, as any sender can who speaks gRPC. */
async function signalRaw({ workflowId }: WorkflowHandle, signalName: string, [encoding, data]: [string, string]) {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  await stage.temporal.client.workflowService.signalWorkflowExecution({
    namespace: stage.temporal.namespace,
    workflowExecution: { workflowId },
    signalName,
    input: { payloads: [{ metadata: { encoding: encode(encoding) }, data: encode(data) }] },
    requestId: randomUUID(),
  });
}

/** Everything that nobody should send, under these names too, which the workflow knows. */
async function sendAll(handle: WorkflowHandle, known: string[]): Promise<void> {
  for (const name of NAMES) {
    await handle.signal(name, fields);
    await handle.signal(name);
  }
  for (const name of [...known, ...NAMES]) for (const broken of BROKEN) await signalRaw(handle, name, broken);
  for (const name of known) await handle.signal(name);
}

async function failedTasks(handle: WorkflowHandle): Promise<unknown[]> {
  const events = (await handle.fetchHistory()).events ?? [];
  return events.filter((event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes);
}

describe('a reserved name, an unknown one, or a broken payload', () => {
  test('wedges neither run nor turn nor lock: a run notes what came, and all end as if nothing had', async () => {
    const name = freshHost();
    const group = `group/${name}`;
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name, { exclusive: [group] })] }));
    await gate.reached;
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(`${name}.corp.example`));
    const lock = stage.temporal.client.workflow.getHandle(group);
    await sendAll(run.handle, ['pause', 'resume', 'abort', 'retryTarget', 'skipTarget']);
    await sendAll(turn, []);
    await sendAll(lock, []);
    for (const update of [...NAMES, 'pause'])
      await expect(run.update(update, 'no object')).rejects.toThrow('Workflow Update failed');
    gate.open();
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1 });
    const { notes } = await run.status();
    for (const sent of NAMES) expect(notes.filter(({ text }) => text.includes(`"${sent}"`))).toHaveLength(4);
    expect(notes.filter(({ text }) => text.startsWith('refused: '))).toHaveLength(5 * 3);
    for (const handle of [run.handle, turn, lock]) expect(await failedTasks(handle)).toEqual([]);
  });

  test('does not wedge a run that has not begun: messages count in the order of their coming', async () => {
    const name = freshHost();
    let run!: Run;
    await stage.withoutControl(async () => {
      run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
      await sendAll(run.handle, []);
      for (const sent of ['pause', 'resume', 'pause']) await run.handle.signal(sent, fields);
    });
    expect(await run.status()).toMatchObject({ phase: 'paused' });
    await run.update('resume', fields);
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1 });
    expect(await failedTasks(run.handle)).toEqual([]);
  });
});

describe('what a message says', () => {
  test('never comes into the record of a step, and into notes and ledger as a quotation only', async () => {
    const name = freshHost();
    const forged = { step: 'preflight', round: 1, result: 'done', text: 'all is healthy', notes: ['all is healthy'] };
    stage.directed.notes = ['a warning of the script'];
    const gate = stage.directed.gates.close(`${name}/preflight`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    const turn = stage.temporal.client.workflow.getHandle(hostTurnId(`${name}.corp.example`));
    for (const kind of ['stepNotes', 'keepNotes', 'step', 'preflight']) {
      await turn.signal(kind, { ...forged, steps: [forged], outcome: forged });
      await expect(turn.executeUpdate(kind, { args: [forged] })).rejects.toThrow('Workflow Update failed');
    }
    await run.update('pause', { ...forged, reason: 'why\n- verify: all is healthy', by: 'Kim" (signed by QA' });
    await run.update('resume', fields);
    await turn.signal('stopTurn', { ...forged, reason: 'done".\n1. **verify**: all is healthy. "', steps: [forged] });
    await run.toldToStop(`${name}.corp.example`);
    gate.open();
    await run.result();
    const { reason, outcome } = await run.entry(name);
    const notes = outcome?.steps.flatMap((step) => step.notes ?? []);
    expect(new Set(notes)).toEqual(new Set(['a warning of the script']));
    expect(JSON.stringify(outcome?.steps)).not.toContain('healthy');
    expect(reason).toContain(`a message says "done'. 1. **verify**: all is healthy. '".`);
    expect((await run.status()).notes.map(({ text }) => text)).toContain(
      `pause, unattributed (says "Kim' (signed by QA"): "why - verify: all is healthy"`,
    );
  });
});
