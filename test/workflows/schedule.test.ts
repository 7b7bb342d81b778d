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

/** Any plan: up to 5 waves of up to 8 targets, up to 3 redundancy groups across all of them. */
const anyPlan: fc.Arbitrary<Case> = fc
  .array(
    fc.record({
      concurrency: fc.integer({ min: 1, max: 4 }),
      groups: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((shapes) => {
    const waves = shapes.map(({ concurrency, groups }, w) => ({
      name: `wave ${w}`,
      canary: w === 0,
      concurrency,
      hosts: groups.map((_, h) => `h${w}-${h}`),
    }));
    const targets = shapes.flatMap(({ groups }, w) =>
      groups.map((group, h) => ({
        host: `h${w}-${h}`,
        exclusive: group < 3 ? [`group/${group}`] : [],
        expectedMs: (1 + group) * MINUTE,
      })),
    );
    return fc.integer({ min: 1, max: targets.length }).map((failureBudget) => ({ waves, targets, failureBudget }));
  });

/** What happens next, drawn anew each time: how a turn ends, an operator's retry or skip, time that passes. */
const anyStep = fc.record({
  pick: fc.nat(),
  state: fc.constantFrom(...TARGET_STATES),
  proven: fc.boolean(),
  groupSafe: fc.boolean(),
  act: fc.constantFrom('end', 'end', 'end', 'end', 'retry', 'skip', 'time' as const),
});

function sum(plan: Case, schedule: RolloutSchedule, states: Map<string, TargetState>): number {
  const all = plan.targets.map(({ host }) => {
    const progress = schedule.progressOf(host);
    return progress === 'ended' ? (states.get(host) ?? 'unknown') : progress === 'in-work' ? 'unknown' : 'not-started';
  });
  return ledgerTotal(countLedger(all));
}

describe('any plan and any sequence of outcomes', () => {
  test('keeps concurrency, budget and redundancy groups, and its states sum to the targets', () => {
    fc.assert(
      fc.property(anyPlan, fc.array(anyStep, { minLength: 1, maxLength: 120 }), (plan, steps) => {
        const schedule = new RolloutSchedule(plan.waves, plan.targets, plan.failureBudget);
        const byHost = new Map(plan.targets.map((target) => [target.host, target]));
        const states = new Map<string, TargetState>();
        const starts = new Map<string, number>();
        let now = 0;

        for (const step of steps) {
          const startable = schedule.startable();
          const failures = [...states].filter(
            ([host, state]) => schedule.progressOf(host) === 'ended' && BUDGET_STATES.includes(state),
          ).length;
          // Once it is spent only what an operator retries may start, and that was in the count before.
          if (failures >= plan.failureBudget) expect(startable.filter((host) => !states.has(host))).toEqual([]);
          for (const host of startable) {
            schedule.started(host);
            starts.set(host, (starts.get(host) ?? 0) + 1);
          }
          const { inWork } = schedule;
          expect(inWork.length).toBeLessThanOrEqual(schedule.openWave?.concurrency ?? 0);
          const keys = inWork.flatMap((host) => byHost.get(host)?.exclusive ?? []);
          expect(new Set(keys).size).toBe(keys.length);

          const ended = plan.targets.map(({ host }) => host).filter((host) => schedule.progressOf(host) === 'ended');
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
          } else if (step.act === 'time') {
            now += MINUTE;
          }
          if (schedule.settled && schedule.hasNextWave && schedule.isOpenWaveProven) schedule.openNextWave();
          for (const host of schedule.noLongerFitting(now, 12 * MINUTE))
            expect(now + (byHost.get(host)?.expectedMs ?? 0)).toBeGreaterThan(12 * MINUTE);
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
        for (let turn = 0; turn <= plan.targets.length * 2; turn += 1) {
          for (const host of schedule.startable()) schedule.started(host);
          const [working] = schedule.inWork;
          if (working !== undefined) {
            schedule.ended(working, steps.next().value);
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
  const target = (host: string, exclusive: string[] = []): ScheduledTarget => ({
    host,
    exclusive,
    expectedMs: 10 * MINUTE,
  });
  const wave = (hosts: string[], rest: Partial<ScheduledWave> = {}): ScheduledWave => ({
    name: 'w',
    canary: false,
    concurrency: 10,
    hosts,
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

  test('names the targets whose expected duration does not fit before the window closes', () => {
    const schedule = new RolloutSchedule([wave(['a'])], [target('a')], 1);
    expect(schedule.noLongerFitting(0, 10 * MINUTE)).toEqual([]);
    expect(schedule.noLongerFitting(1, 10 * MINUTE)).toEqual(['a']);
  });
});
