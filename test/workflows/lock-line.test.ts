import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim, LockState } from '../../model/locks.ts';
import { isSame, LockLine } from '../../workflows/locks/lock-line.ts';

const empty = () => new LockLine({ holders: [], line: [], doubt: null });

function claim(turn: string, execution = 1): Claim {
  return {
    key: `run/patch/${turn}`,
    workflowId: `target/host/${turn}`,
    firstRunId: `${turn}-${execution}`,
    executionRunId: `${turn}-${execution}`,
    runId: `run of ${turn}`,
    limits: null,
    after: null,
  };
}

const ask = (line: LockLine, asked: Claim, letIn: string | null = null) => line.ask({ claim: asked, letIn });

describe('a lock', () => {
  const anyStep = fc.record({
    act: fc.constantFrom('ask', 'ask', 'ask', 'release', 'doubt', 'settle', 'person', 'withdraw'),
    turn: fc.constantFrom('a', 'b', 'c', 'd'),
    execution: fc.integer({ min: 1, max: 2 }),
  });

  test('has one holder at a time, in the order of asking, and none while the last one is in doubt', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const line = empty();
        for (const { act, turn, execution } of steps) {
          const [asked, before, first] = [claim(turn, execution), line.doubt, line.first];
          const had = line.holder;
          if (act === 'ask') {
            const { granted } = ask(line, asked);
            const mine = had !== null && isSame(had, asked);
            if (granted && !mine && before !== null) expect(asked.workflowId).toBe(before.claim.workflowId);
            else if (granted && !mine) expect([had, first?.key ?? asked.key]).toEqual([null, asked.key]);
            expect(granted).toBe(line.holder !== null && isSame(line.holder, asked));
          } else if (act === 'withdraw') line.withdraw(asked.key);
          else if (had !== null && act === 'release') line.release(had);
          else if (had !== null && act === 'doubt') line.doubtAbout(had);
          else if (before !== null && act === 'settle') line.release(before.claim);
          else if (before !== null && act === 'person') line.askPerson(before, 'nobody knows');
          const { holders, line: waiting, doubt } = line.state;
          expect(holders.length).toBeLessThanOrEqual(1);
          expect(new Set(waiting.map(({ key }) => key)).size).toBe(waiting.length);
          if (doubt !== null) expect(line.holder).toEqual(doubt.claim);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('tells whom to wait for, and keeps the place of whoever asks again', () => {
    const line = empty();
    expect(ask(line, claim('a'))).toEqual({ granted: true, heldBy: null, inDoubt: false, doubt: null });
    expect(ask(line, claim('b'))).toEqual({ granted: false, heldBy: 'run of a', inDoubt: false, doubt: null });
    ask(line, claim('c'));
    // Its run has started the turn again since.
    ask(line, claim('b', 2));
    line.release(claim('a'));
    expect(ask(line, claim('c')).granted).toBe(false);
    expect(ask(line, claim('b', 2)).granted).toBe(true);
  });

  test('that is granted already is granted again to a turn that was reset', () => {
    const line = empty();
    ask(line, claim('a'));
    expect(ask(line, { ...claim('a'), executionRunId: 'after the reset' }).granted).toBe(true);
    expect(line.holder?.executionRunId).toBe('after the reset');
  });

  test('in doubt is had again by the next turn on that target, by whoever was resumed over it, and by nobody else', () => {
    const inDoubt = () => {
      const line = empty();
      ask(line, claim('a'));
      ask(line, claim('b'));
      line.askPerson(line.doubtAbout(claim('a')), 'its host does not answer');
      return line;
    };
    const doubt = { of: 'a-1', text: 'its host does not answer' };
    expect(ask(inDoubt(), claim('b'))).toEqual({ granted: false, heldBy: 'run of a', inDoubt: true, doubt });
    expect(ask(inDoubt(), claim('b'), 'a-2').granted).toBe(false);
    expect(ask(inDoubt(), claim('c'), 'a-1').granted).toBe(true);
    expect(ask(inDoubt(), claim('a', 2)).granted).toBe(true);
  });

  test('knows its holder in doubt again after it went on in a new execution', () => {
    const before = empty();
    ask(before, claim('a'));
    before.doubtAbout(claim('a'));
    const line = new LockLine(JSON.parse(JSON.stringify(before.state)) as LockState);
    expect(ask(line, { ...claim('a'), executionRunId: 'after a reset' }).granted).toBe(true);
    expect(line.doubt).toBeNull();
  });

  test('that began anew and found two holders waits for both', () => {
    const line = empty();
    line.found([claim('a'), claim('b')]);
    expect([ask(line, claim('a')).granted, ask(line, claim('b')).granted]).toEqual([true, true]);
    line.release(claim('a'));
    expect(ask(line, claim('c')).granted).toBe(false);
    line.release(claim('b'));
    expect(ask(line, claim('c')).granted).toBe(true);
  });
});
