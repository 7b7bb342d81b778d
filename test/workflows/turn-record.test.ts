import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStage, type Stage } from './stage/stage.ts';
import { takeTurns, type SeenTurn, type StepOrder } from './stage/turn.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('what scripts said beside the result of a step', () => {
  test('is in its record, whether it did what it had to or failed: each text once, and no more of them than a step keeps', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `note ${Math.floor(i / 2)}`);
    stage.directed.notes = texts;
    const turns = await takeTurns(stage, { done: [], failed: [['preflight', 'LowDisk']] });
    stage.directed.notes = [];
    for (const { entry } of Object.values(turns))
      expect(entry.outcome?.steps[0]?.notes).toEqual([...new Set(texts)].slice(0, 10));
  });
});

describe('the event log of a host', () => {
  const events = Array.from({ length: 9 }, (_, i) => `event ${i} ${'x'.repeat(500)}`);
  let turns: Record<'refused' | 'unreadable' | 'unchanged' | 'unknown' | 'succeeded', SeenTurn>;

  beforeAll(async () => {
    const refused: StepOrder = ['followInstall', 'TaskRefused'];
    turns = await takeTurns(stage, {
      refused: [refused, ['eventExcerpt', events]],
      unreadable: [refused, ['eventExcerpt', 'HostLost']],
      unchanged: [['preflight', 'LowDisk']],
      unknown: [['awaitRestart', 'RebootTimeout']],
      succeeded: [],
    });
  });

  test('whose turn failed is in its record and handed over, capped', () => {
    const seen = turns.refused.entry.outcome?.own.events ?? [];
    expect(seen).toHaveLength(5);
    for (const [i, event] of seen.entries()) {
      expect(event).toMatch(new RegExp(`^event ${i} `));
      expect(event.length).toBeLessThanOrEqual(300);
    }
  });

  test('that cannot be read changes nothing of its end, and is asked for once', () => {
    const { entry, calls } = turns.unreadable;
    expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'TaskRefused' } });
    expect(entry.outcome?.own.events).toEqual([]);
    expect(calls.filter((call) => call === 'eventExcerpt')).toHaveLength(1);
  });

  test.each(['unchanged', 'unknown', 'succeeded'] as const)('is not read of a host that is %s', (which) => {
    expect(turns[which].calls).not.toContain('eventExcerpt');
  });
});
