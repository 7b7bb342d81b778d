import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patchPlan, plannedTarget } from './stage/plan.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { freshHost, takeTurn, type StepOrder } from './stage/turn.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('notes for a step', () => {
  test.each([
    ['nothing', undefined],
    ['no list', { notes: 'text' }],
    ['what is no text', { notes: [1, null, { toString: 'x' }] }],
    [
      'more and longer texts than a step keeps',
      { notes: Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(500)}`) },
    ],
  ])('that are %s do not wedge a turn or fill its record', async (_what, payload) => {
    const name = freshHost();
    const gate = stage.directed.gates.close(`${name}/verifyHost`);
    const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
    await gate.reached;
    await stage.temporal.client.workflow.getHandle(`target/host/${name}.corp.example`).signal('stepNotes', payload);
    gate.open();
    expect((await run.result()).outcome).toBe('succeeded');
    const notes = (await run.entry(name)).outcome?.steps.flatMap((step) => step.notes ?? []) ?? [];
    expect(notes.length).toBeLessThanOrEqual(10);
    for (const note of notes) expect(note.length).toBeLessThanOrEqual(200);
  });
});

describe('the event log of a host whose turn failed', () => {
  const refused = (): StepOrder => ['followInstall', 'TaskRefused'];

  test('is in its record and handed over, capped', async () => {
    const events = Array.from({ length: 9 }, (_, i) => `event ${i} ${'x'.repeat(500)}`);
    const { entry } = await takeTurn(stage, [refused(), ['eventExcerpt', events]]);
    expect(entry.outcome?.events).toHaveLength(5);
    for (const [i, event] of (entry.outcome?.events ?? []).entries()) {
      expect(event).toMatch(new RegExp(`^event ${i} `));
      expect(event.length).toBeLessThanOrEqual(300);
    }
  });

  test('that cannot be read changes nothing of its end, and is asked for once', async () => {
    const { entry, calls } = await takeTurn(stage, [refused(), ['eventExcerpt', 'HostLost']]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'TaskRefused' } });
    expect(entry.outcome).not.toHaveProperty('events');
    expect(calls.filter((call) => call === 'eventExcerpt')).toHaveLength(1);
  });

  test.each([
    ['on which nothing was changed', ['preflight', 'LowDisk']],
    ['whose state is unknown', ['awaitRestart', 'RebootTimeout']],
    ['that succeeded', ['preflight', 'good']],
  ] as const)('is not read of a host %s', async (_which, order) => {
    const { calls } = await takeTurn(stage, [[...order]]);
    expect(calls).not.toContain('eventExcerpt');
  });
});
