import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUDGET_STATES, countLedger, ledgerTotal, TARGET_STATES, type TargetState } from '../../model/ledger.ts';
import { RolloutSchedule, type ScheduledTarget, type ScheduledWave } from '../../workflows/rollout/schedule.ts';

interface Case {
  waves: ScheduledWave[];
  targets: ScheduledTarget[];
  failureBudget: number;
}

const MINUTE = 60_000;

/**
 * Any plan: up to 5 waves of up to 8 targets, up to 3 redundancy groups across all of them; some targets share one of 3 locks, and
 * some are due only later.
 */
const anyPlan: fc.Arbitrary<Case> = fc
  .array(
    fc.record({
      concurrency: fc.integer({ min: 1, max: 4 }),
      members: fc.array(
        fc.record({
          group: fc.integer({ min: 0, max: 5 }),
          lock: fc.integer({ min: 0, max: 9 }),
          due: fc.integer({ min: 0, max: 9 }),
        }),
        { minLength: 1, maxLength: 8 },
      ),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((shapes) => {
    const waves = shapes.map(({ concurrency, members }, w) => ({
      name: `wave ${w}`,
      canary: w === 0,
      concurrency,
      targets: members.map((_, t) => `t${w}-${t}`),
    }));
    const targets = shapes.flatMap(({ members }, w) =>
      members.map(({ group, lock, due }, t) => ({
        id: `t${w}-${t}`,
        ...(lock < 3 ? { lock: `lock ${lock}` } : {}),
        exclusive: group < 3 ? [`group/${group}`] : [],
        expectedMs: (1 + group) * MINUTE,
        ...(due < 4 ? { dueAt: due * MINUTE } : {}),
      })),
    );
    return fc.integer({ min: 1, max: targets.length }).map((failureBudget) => ({ waves, targets, failureBudget }));
  });

/** What happens next, drawn anew each time: how a turn ends, an operator's retry or skip, time that passes, another run that has a target, a turn that is held up. */
const anyStep = fc.record({
  pick: fc.nat(),
  state: fc.constantFrom(...TARGET_STATES),
  proven: fc.boolean(),
  groupSafe: fc.boolean(),
  act: fc.constantFrom('end', 'end', 'end', 'end', 'retry', 'skip', 'time', 'block', 'release', 'hold-up' as const),
});

function sum(plan: Case, schedule: RolloutSchedule, states: Map<string, TargetState>): number {
  const all = plan.targets.map(({ id }) => {
    const progress = schedule.progressOf(id);
    return progress === 'ended' ? (states.get(id) ?? 'unknown') : progress === 'in-work' ? 'unknown' : 'not-started';
  });
  return ledgerTotal(countLedger(all));
}

/** When the next of the open waves' waiting targets is due, told from the plan. */
function dueNext({ waves, targets }: Case, schedule: RolloutSchedule, now: number): number | null {
  const open = waves
    .slice(0, waves.findIndex((wave) => wave === schedule.openWave) + 1)
    .flatMap((wave) => wave.targets);
  const ahead = targets.filter(
    ({ id, dueAt = 0 }) => open.includes(id) && schedule.waiting.includes(id) && dueAt > now,
  );
  return ahead.length === 0 ? null : Math.min(...ahead.map(({ dueAt = 0 }) => dueAt));
}

describe('any plan and any sequence of outcomes', () => {
  test('keeps concurrency, budget, redundancy groups, locks and due times, and its states sum to the targets', () => {
    fc.assert(
      fc.property(anyPlan, fc.array(anyStep, { minLength: 1, maxLength: 120 }), (plan, steps) => {
        const schedule = new RolloutSchedule(plan.waves, plan.targets, plan.failureBudget);
        const byId = new Map(plan.targets.map((target) => [target.id, target]));
        const lockOf = (id: string): string => byId.get(id)?.lock ?? id;
        const states = new Map<string, TargetState>();
        /** Held up after they were changed. */
        const begun = new Set<string>();
        let now = 0;

        for (const step of steps) {
          const startable = schedule.startable(now);
          const busy = new Set(schedule.inWork.map(lockOf));
          const failures = [...states].filter(
            ([id, state]) => schedule.progressOf(id) === 'ended' && BUDGET_STATES.includes(state),
          ).length;
          // Once it is spent only what an operator retries may start, which was in the count before, and what goes on.
          if (failures >= plan.failureBudget)
            expect(startable.filter((id) => !states.has(id) && !begun.has(id))).toEqual([]);
          for (const id of startable) {
            expect(byId.get(id)?.dueAt ?? 0).toBeLessThanOrEqual(now);
            expect(busy).not.toContain(lockOf(id));
            expect(schedule.blockedBy(id)).toBeNull();
            schedule.started(id);
          }
          // What may start together was told together: a turn gets no target that comes after it.
          expect(schedule.startable(now)).toEqual([]);
          expect(schedule.nextDue(now)).toBe(dueNext(plan, schedule, now));
          const { inWork } = schedule;
          const turns = new Set(inWork.map(lockOf));
          expect(turns.size).toBeLessThanOrEqual(schedule.openWave?.concurrency ?? 0);
          const keys = [...turns].flatMap((turn) => {
            const members = inWork.filter((id) => lockOf(id) === turn);
            return [...new Set(members.flatMap((id) => byId.get(id)?.exclusive ?? []))];
          });
          expect(new Set(keys).size).toBe(keys.length);

          const ended = plan.targets.map(({ id }) => id).filter((id) => schedule.progressOf(id) === 'ended');
          const waiting = schedule.waiting[step.pick % Math.max(1, schedule.waiting.length)];
          const working = inWork[step.pick % Math.max(1, inWork.length)];
          const again = ended[step.pick % Math.max(1, ended.length)];
          if (step.act === 'end' && working !== undefined) {
            states.set(working, step.state);
            schedule.ended(working, step);
          } else if (step.act === 'retry' && again !== undefined) {
            schedule.again(again);
          } else if (step.act === 'skip' && waiting !== undefined) {
            states.set(waiting, 'skipped');
            schedule.ended(waiting, { state: 'skipped', proven: false, groupSafe: true });
          } else if (step.act === 'block' && working !== undefined) {
            schedule.block(working, { failure: 'TargetBusy', text: 'in work in another run' });
          } else if (step.act === 'hold-up' && working !== undefined) {
            const { groupSafe, proven: changed } = step;
            schedule.holdUp(working, { groupSafe, changed });
            if (changed) begun.add(working);
            else begun.delete(working);
          } else if (step.act === 'release') {
            for (const id of schedule.blocked) schedule.unblock(id);
          } else if (step.act === 'time') {
            now += MINUTE;
          }
          if (schedule.settled && schedule.hasNextWave && schedule.isOpenWaveProven) schedule.openNextWave();
          for (const id of schedule.noLongerFitting(now, 12 * MINUTE)) {
            const { dueAt = 0, expectedMs = 0 } = byId.get(id) ?? {};
            expect(Math.max(now, dueAt) + expectedMs).toBeGreaterThan(12 * MINUTE);
          }
          expect(sum(plan, schedule, states)).toBe(plan.targets.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('never stands still without a reason', () => {
    fc.assert(
      fc.property(anyPlan, fc.infiniteStream(anyStep), (plan, steps) => {
        const schedule = new RolloutSchedule(plan.waves, plan.targets, plan.failureBudget);
        let now = 0;
        for (let turn = 0; turn <= plan.targets.length * 3; turn += 1) {
          for (const id of schedule.startable(now)) schedule.started(id);
          const [working] = schedule.inWork;
          const step = steps.next().value;
          if (working !== undefined && step.act === 'block') {
            schedule.block(working, { failure: 'TargetBusy', text: 'in work in another run' });
            // A member of its group that ended in doubt holds it too: such a target holds up no wave.
            if (schedule.heldBy(working) === null) expect(schedule.settled).toBe(false);
            schedule.unblock(working);
            turn -= 1;
            continue;
          }
          if (working !== undefined && step.act === 'hold-up') {
            schedule.holdUp(working, { groupSafe: step.groupSafe, changed: step.proven });
            turn -= 1;
            continue;
          }
          if (working !== undefined) {
            schedule.ended(working, step);
            continue;
          }
          const due = schedule.nextDue(now);
          if (due !== null) {
            now = due;
            continue;
          }
          expect(schedule.isBudgetSpent || schedule.settled).toBe(true);
          if (schedule.isBudgetSpent || !schedule.hasNextWave) return;
          schedule.openNextWave();
        }
        expect.unreachable('the rollout did not come to an end');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a schedule', () => {
  const target = (id: string, exclusive: string[] = [], rest: Partial<ScheduledTarget> = {}): ScheduledTarget => ({
    id,
    exclusive,
    expectedMs: 10 * MINUTE,
    ...rest,
  });
  const wave = (targets: string[], rest: Partial<ScheduledWave> = {}): ScheduledWave => ({
    name: 'w',
    canary: false,
    concurrency: 10,
    targets,
    ...rest,
  });
  const succeeded = { state: 'succeeded' as const, proven: true, groupSafe: true };

  test('holds the second member of a group until the first has passed, also in a later wave', () => {
    const schedule = new RolloutSchedule([wave(['a', 'b'])], [target('a', ['group/dc']), target('b', ['group/dc'])], 1);
    expect(schedule.startable()).toEqual(['a']);
    schedule.started('a');
    expect(schedule.startable()).toEqual([]);
    schedule.ended('a', succeeded);
    expect(schedule.startable()).toEqual(['b']);
  });

  test('does not touch a group whose member ended without proof, until that member passes on its retry', () => {
    const schedule = new RolloutSchedule(
      [wave(['a', 'b', 'c'])],
      [target('a', ['group/dc']), target('b', ['group/dc']), target('c')],
      3,
    );
    schedule.started('a');
    schedule.ended('a', { state: 'unknown', proven: false, groupSafe: false });
    expect(schedule.heldBy('b')).toBe('a');
    expect(schedule.startable()).toEqual(['c']);
    schedule.again('a');
    schedule.started('a');
    schedule.ended('a', succeeded);
    expect(schedule.startable()).toContain('b');
  });

  test('holds a group while the member in doubt only waits for its retry, whatever the order of the waves', () => {
    const schedule = new RolloutSchedule(
      [wave(['b', 'a', 'c'])],
      [target('a', ['group/dc']), target('b', ['group/dc']), target('c', ['group/other'])],
      3,
    );
    schedule.ended('a', { state: 'unreachable', proven: false, groupSafe: false });
    schedule.again('a');
    expect(schedule.startable()).toEqual(['a', 'c']);
    expect(schedule.isGroupSafe('a')).toBe(false);
    schedule.ended('b', { state: 'failed', proven: false, groupSafe: false });
    expect(schedule.heldBy('a')).toBe('b');
    schedule.again('b');
    expect(schedule.startable()).toEqual(['b', 'c']);
  });

  test('opens the next wave only by its gate, and counts a canary only when a target installed, rebooted and passed', () => {
    const schedule = new RolloutSchedule([wave(['a'], { canary: true }), wave(['b'])], [target('a'), target('b')], 2);
    schedule.started('a');
    schedule.ended('a', { state: 'succeeded', proven: false, groupSafe: true });
    expect(schedule.settled).toBe(true);
    expect(schedule.isOpenWaveProven).toBe(false);
    expect(schedule.startable()).toEqual([]);
    schedule.again('a');
    schedule.started('a');
    schedule.ended('a', succeeded);
    expect(schedule.isOpenWaveProven).toBe(true);
    schedule.openNextWave();
    expect(schedule.startable()).toEqual(['b']);
  });

  test('gives the share of the budget back when a retried target passes', () => {
    const schedule = new RolloutSchedule([wave(['a', 'b'], { concurrency: 1 })], [target('a'), target('b')], 1);
    schedule.started('a');
    schedule.ended('a', { state: 'unreachable', proven: false, groupSafe: true });
    expect(schedule.startable()).toEqual([]);
    schedule.again('a');
    expect(schedule.startable()).toEqual(['a']);
    schedule.started('a');
    schedule.ended('a', succeeded);
    expect(schedule.startable()).toEqual(['b']);
  });

  test('starts nothing but the retry while a spent budget is not given back', () => {
    const schedule = new RolloutSchedule(
      [wave(['a', 'b'], { concurrency: 2 })],
      [target('a', ['group/x']), target('b')],
      1,
    );
    schedule.started('a');
    schedule.ended('a', { state: 'failed', proven: false, groupSafe: true });
    schedule.again('a');
    expect(schedule.startable()).toEqual(['a']);
    schedule.started('a');
    expect(schedule.startable()).toEqual([]);
    schedule.ended('a', { state: 'failed', proven: false, groupSafe: true });
    expect(schedule.isBudgetSpent).toBe(true);
  });

  test('has what was held up wait with the doubt that it left, and start although the budget is spent where it was changed', () => {
    const targets = [target('a', ['group/dc']), target('b', ['group/dc']), target('c'), target('d')];
    const schedule = new RolloutSchedule([wave(['a', 'b', 'c', 'd'])], targets, 1);
    for (const id of ['a', 'c', 'd']) schedule.started(id);
    schedule.holdUp('a', { groupSafe: false, changed: true });
    schedule.holdUp('c', { groupSafe: true, changed: false });
    expect(schedule.heldBy('b')).toBe('a');
    expect(schedule.startable()).toEqual(['a', 'c']);
    schedule.ended('d', { state: 'failed', proven: false, groupSafe: true });
    expect(schedule.startable()).toEqual(['a']);
    expect(schedule.settled).toBe(false);
  });

  test('names the targets whose expected duration does not fit before the window closes', () => {
    const schedule = new RolloutSchedule([wave(['a'])], [target('a')], 1);
    expect(schedule.noLongerFitting(0, 10 * MINUTE)).toEqual([]);
    expect(schedule.noLongerFitting(1, 10 * MINUTE)).toEqual(['a']);
  });

  test('starts the targets of one lock together, in one place of the wave, and what is due later after them', () => {
    const lock = 'target/host/sql01';
    const targets = ['a', 'b', 'late'].map((id) => target(id, ['group/ag'], { lock, dueAt: id === 'late' ? 1 : 0 }));
    const waves = [wave(['a', 'b', 'x', 'y', 'late'], { concurrency: 2 })];
    const schedule = new RolloutSchedule(waves, [...targets, target('x'), target('y')], 5);
    expect(schedule.startable(0)).toEqual(['a', 'b', 'x']);
    for (const id of ['a', 'b']) schedule.started(id);
    expect(schedule.startable(1)).toEqual(['x']);
    for (const id of ['a', 'b']) schedule.ended(id, succeeded);
    expect(schedule.startable(1)).toEqual(['x', 'y']);
    for (const id of ['x', 'y']) schedule.ended(id, succeeded);
    expect(schedule.startable(1)).toEqual(['late']);
  });

  test('starts nothing before it is due, is not settled before that, and tells when that is', () => {
    const targets = [target('a', [], { dueAt: 5 }), target('b', [], { dueAt: 9 }), target('c', [], { dueAt: 7 })];
    const schedule = new RolloutSchedule([wave(['a', 'b']), wave(['c'])], targets, 3);
    expect(schedule.startable(4)).toEqual([]);
    expect(schedule.nextDue(4)).toBe(5);
    expect(schedule.startable(5)).toEqual(['a']);
    schedule.started('a');
    schedule.ended('a', succeeded);
    expect(schedule.nextDue(5)).toBe(9);
    expect(schedule.settled).toBe(false);
    expect(schedule.nextDue(9)).toBeNull();
  });

  test('names a target that is due too late to fit before the window closes', () => {
    const schedule = new RolloutSchedule([wave(['a'])], [target('a', [], { dueAt: 1 })], 1);
    expect(schedule.noLongerFitting(0, 10 * MINUTE)).toEqual(['a']);
  });
});
