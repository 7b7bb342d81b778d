import { expect, test } from 'vitest';
import { ledgerTotal, type TargetState } from '../../model/ledger.ts';
import { Ledger } from '../../workflows/run/ledger.ts';
import { patchPlan, plannedTarget } from '../workflows/stage/plan.ts';

const plan = patchPlan({ targets: ['a', 'b', 'c'].map((name) => plannedTarget(name)) });
const [A, B, C] = ['a.corp.example', 'b.corp.example', 'c.corp.example'] as const;
const at = '2026-01-01T00:00:00.000Z';
const STEPS = [{ step: 'look', round: 1, startedAt: at, endedAt: at, result: 'done' as const, text: '' }];
const LEFT = { failure: null, changed: false, groupSafe: true, proven: false, simulated: [], own: null };
const ASKED = 'Free the disk?';

function enter(ledger: Ledger, stage: string): Ledger {
  ledger.enter(stage, plan, new Map(plan.material.targets.map(({ id, lock }) => [id, lock])));
  return ledger;
}

function openLedger(): Ledger {
  const ledger = new Ledger(() => {});
  ledger.adopt(plan);
  return enter(ledger, 'first');
}

/** One whole turn of a target. */
function take(ledger: Ledger, id: string, stage: string, state: TargetState, question: string | null = null): void {
  const told = { id, stage, state, reason: `${stage} ${state}.`, question, startedAt: at, endedAt: at, steps: STEPS };
  ledger.end(id, { ...told, ...LEFT, turn: ledger.begin(id) });
}

test('the states sum to the plan at every moment, and those of a stage to its targets', () => {
  const ledger = openLedger();
  ledger.begin(A);
  expect(ledger.counts).toMatchObject({ unknown: 1, 'not-started': 2 });
  take(enter(ledger, 'second'), A, 'second', 'failed');
  ledger.endWithoutTurn(B, 'skipped', 'nobody asked', null);
  expect(ledger.counts).toMatchObject({ failed: 1, skipped: 1, 'not-started': 1 });
  expect([ledger.counts, ...ledger.stageCounts.map((stage) => stage.ledger)].map(ledgerTotal)).toEqual([3, 3, 3]);
});

test('a question stays open over later stages, until a retry in its own stage', () => {
  const ledger = openLedger();
  for (const id of [A, B]) take(ledger, id, 'first', 'failed', ASKED);
  take(ledger, B, 'first', 'succeeded');
  enter(ledger, 'second').begin(A);
  expect([A, B].map((id) => ledger.entry(id)?.question)).toEqual([ASKED, null]);
  for (const question of ['And now?', null]) {
    take(ledger, A, 'second', 'failed', question);
    expect(ledger.entry(A)?.question).toBe(question ?? ASKED);
  }
  enter(ledger, 'third').endWithoutTurn(A, 'not-started', 'aborted', null);
  expect(ledger.entry(A)).toMatchObject({ question: ASKED, state: 'failed', outcome: { stage: 'second' } });
  expect(ledger.entry(A)?.reason).toBe('second failed. The stage "third" did not come to it: aborted');
});

test('what was held up keeps the number of its turn, and ends by what it was left with where no other turn comes', () => {
  const ledger = openLedger();
  const heldUp = { by: 'scripts' as const, text: 'other scripts', scripts: {} };
  const outcome = { ...LEFT, stage: 'first', reason: 'Held up.', question: null, startedAt: at, endedAt: at, heldUp };
  for (const [id, state, changed] of [
    [A, 'failed', true],
    [B, 'not-started', false],
  ] as const)
    ledger.holdUp(id, { ...outcome, id, state, changed, steps: STEPS, turn: ledger.begin(id) });
  expect(ledger.entry(A)).toMatchObject({ progress: 'waiting', turns: 1, state: 'failed', outcome: { changed: true } });
  expect([A, B].map((id) => ledger.endWithoutTurn(id, 'skipped', 'left out', null))).toEqual(['failed', 'skipped']);
  expect(ledger.entry(A)?.outcome?.heldUp).toBeUndefined();
  expect(ledger.counts).toMatchObject({ failed: 1, skipped: 1, 'not-started': 1 });
});

test('what is handed on is taken over whole, but for the steps of the turns', () => {
  const [ledger, next] = [openLedger(), new Ledger(() => {})];
  take(ledger, A, 'first', 'failed', ASKED);
  next.takeOver(structuredClone(ledger.handOn()));
  expect(next.handOn()).toEqual(ledger.handOn());
  expect(next.entry(A)).toEqual({ ...ledger.entry(A), outcome: { ...ledger.entry(A)?.outcome, steps: [] } });
});

test('a malformed request gets page 1', () => {
  const whole = { page: 1, pages: 1, total: 3, entries: [{ id: A }, { id: B }, { id: C }] };
  for (const request of [undefined, 'two', { page: -1 }, { page: 1.5, pageSize: 'all' }])
    expect(openLedger().page(request)).toMatchObject(whole);
  expect(openLedger().page({ page: 9, pageSize: 2 })).toMatchObject({ page: 2, pages: 2, entries: [{ id: C }] });
});

test('a target that is retried and left out again and again keeps a reason that can be read', () => {
  const ledger = openLedger();
  take(ledger, A, 'first', 'failed');
  for (let times = 0; times < 100; times += 1) {
    ledger.waitAgain(A);
    ledger.endWithoutTurn(A, 'skipped', 'x'.repeat(500), null);
  }
  expect(ledger.entry(A)?.reason.length).toBeLessThan(3_000);
});
