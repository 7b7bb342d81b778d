import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStage, type Stage } from './stage/stage.ts';
import { takeTurn, type StepOrder } from './stage/turn.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('what scripts said beside the result of a step', () => {
  afterEach(() => {
    stage.directed.notes = [];
  });

  test.each([
    ['did what it had to', 'good'],
    ['failed', 'LowDisk'],
  ])(
    'is in the record of a step that %s: each text once, and no more of them than a step keeps',
    async (_what, end) => {
      const texts = Array.from({ length: 50 }, (_, i) => `note ${Math.floor(i / 2)}`);
      stage.directed.notes = texts;
      const { entry } = await takeTurn(stage, [['preflight', end]]);
      expect(entry.outcome?.steps[0]?.notes).toEqual([...new Set(texts)].slice(0, 10));
    },
  );
});

describe('the event log of a host whose turn failed', () => {
  const refused = (): StepOrder => ['followInstall', 'TaskRefused'];

  test('is in its record and handed over, capped', async () => {
    const events = Array.from({ length: 9 }, (_, i) => `event ${i} ${'x'.repeat(500)}`);
    const { entry } = await takeTurn(stage, [refused(), ['eventExcerpt', events]]);
    expect(entry.outcome?.own.events).toHaveLength(5);
    for (const [i, event] of (entry.outcome?.own.events ?? []).entries()) {
      expect(event).toMatch(new RegExp(`^event ${i} `));
      expect(event.length).toBeLessThanOrEqual(300);
    }
  });

  test('that cannot be read changes nothing of its end, and is asked for once', async () => {
    const { entry, calls } = await takeTurn(stage, [refused(), ['eventExcerpt', 'HostLost']]);
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'TaskRefused' } });
    expect(entry.outcome?.own.events).toEqual([]);
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
