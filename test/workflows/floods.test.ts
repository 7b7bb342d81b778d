import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patchPlan, plannedTarget, waveOf } from './stage/plan.ts';
import { openStage, type Run, type Stage } from './stage/stage.ts';
import { freshHost } from './stage/turn.ts';

let stage: Stage;
const fields = { reason: 'Batch 4711 is still running', by: 'Kim Example' };
/** More than a run keeps, and each of them changes it. */
const PAUSES = 150;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** How often each kind of event stands in the history of a run. */
async function eventsOf({ handle }: Run): Promise<{ shown: number; stopsSent: number }> {
  const events = (await handle.fetchHistory()).events ?? [];
  return {
    shown: events.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes != null).length,
    stopsSent: events.filter((event) => event.signalExternalWorkflowExecutionInitiatedEventAttributes != null).length,
  };
}

describe('a flood of signals while no control worker runs', () => {
  test('is read in one go: the run shows itself once, tells a turn once to stop, keeps the newest notes, and goes on', async () => {
    const [skipped, other] = [freshHost(), freshHost()];
    const targets = [skipped, other].map((name) => plannedTarget(name));
    const gates = [skipped, other].map((name) => stage.directed.gates.close(`${name}/preflight`));
    const run = await stage.start(patchPlan({ targets, waves: [waveOf(targets)] }));
    await Promise.all(gates.map(({ reached }) => reached));
    const before = await eventsOf(run);
    await stage.withoutControl(async () => {
      for (let sent = 0; sent < PAUSES; sent += 1) {
        await run.handle.signal(sent % 2 === 0 ? 'pause' : 'resume', fields);
        if (sent % 5 === 0) await run.handle.signal('skipTarget', { ...fields, target: skipped });
      }
    });
    const { phase, notes, notesLeftOut } = await run.status();
    const after = await eventsOf(run);
    expect(phase).toBe('running');
    expect(after.shown - before.shown).toBeLessThanOrEqual(1);
    expect(after.stopsSent).toBe(1);
    expect(notes).toHaveLength(100);
    expect(notes.length + notesLeftOut).toBe(PAUSES + PAUSES / 5);
    const { currentDetails } = await run.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain(`${notesLeftOut} earlier notes are not kept`);
    expect(currentDetails).toContain('**Request Cancellation**');
    gates.forEach((gate) => gate.open());
    expect((await run.result()).ledger).toMatchObject({ succeeded: 1, skipped: 1 });
  });
});
