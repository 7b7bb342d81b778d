import { expect, test } from 'vitest';
import { emptyLedger } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import type { HandoverItem, RunResult } from '../../model/run.ts';
import type { Outcome } from '../../model/turn.ts';
import type { RunEvidence } from './evidence.ts';
import { judge, type World } from './reader.ts';

const [A, B] = ['a.corp.example', 'b.corp.example'];
const plan = {
  material: {
    targets: [{ id: A }, { id: B }],
    waves: [{ name: 'all', canary: false, concurrency: 1, targets: [A, B] }],
  },
} as unknown as Plan;
const told = (target: string, state: Outcome['state'] | null) => ({
  target,
  outcome: state === null ? null : ({ id: target, state } as Outcome),
});
const turn = (target: string, from: number, to: number) => ({
  workflowId: `target/host/${target}`,
  targets: [target],
  from,
  to,
});
const effect = (target: string, name: string, at: number, runKey = 'key') => ({
  key: `${runKey}/patch/${target}/1/${name}/1`,
  effect: name,
  detail: '',
  at,
});
const handedOver = (...items: [target: string, kind: string][]) =>
  items.map(([target, kind]): HandoverItem => ({ kind, target, text: '', until: null }));

/** Two hosts of one group, the one patched after the other. */
function good(): { run: RunEvidence; world: World } {
  const ledger = { ...emptyLedger(), succeeded: 2 };
  return {
    run: {
      runId: 'run',
      runKey: 'key',
      end: 'completed',
      result: { ledger, handover: [] as HandoverItem[] } as RunResult,
      plan,
      told: [told(A, 'succeeded'), told(B, 'succeeded')],
      turns: [turn(A, 0, 9), turn(B, 10, 19)],
    },
    world: {
      effects: [effect(A, 'reboot', 1), effect(A, 'maintenance-off', 8), effect(B, 'reboot', 11)],
      flaws: () => [],
      left: [],
      groups: new Map([
        [A, 'pair'],
        [B, 'pair'],
      ]),
    },
  };
}

type Wrong = Partial<Omit<RunEvidence, 'result'>> & { result?: Partial<RunResult> | null } & { world?: Partial<World> };

function found({ world = {}, result = {}, ...run }: Wrong, blind = new Set<string>()): string[] {
  const all = good();
  const whole = result === null ? null : ({ ...all.run.result, ...result } as RunResult);
  const evidence = { ...all.run, ...run, result: whole };
  return judge([evidence], { ...all.world, ...world }, blind);
}

test('a run that is as it says gets no finding', () => {
  expect(found({})).toEqual([]);
});

test.each<[string, Wrong, string]>([
  ['a ledger that does not sum to the plan', { result: { ledger: { ...emptyLedger(), succeeded: 1 } } }, 'sums to 1'],
  [
    'a ledger that says more successes than turns ended so',
    { told: [told(A, 'succeeded'), told(B, 'failed')] },
    'says 2 succeeded, and the turns say 1',
  ],
  [
    'a ledger that hides a failure',
    {
      told: [told(A, 'succeeded'), told(B, 'failed')],
      result: { ledger: { ...emptyLedger(), succeeded: 1, skipped: 1 } },
    },
    'says 0 failed, and the turns say 1',
  ],
  [
    'a success whose host lacks an update',
    { world: { flaws: (target) => (target === A ? ['KB1 is not installed'] : []) } },
    `${A} succeeded, and KB1`,
  ],
  [
    'a skipped host that was rebooted',
    {
      told: [told(A, 'succeeded'), told(B, 'skipped')],
      result: { ledger: { ...emptyLedger(), succeeded: 1, skipped: 1 } },
    },
    `${B} is skipped, and reboot was done`,
  ],
  [
    'a host without a turn that was rebooted',
    { told: [told(A, 'succeeded')], result: { ledger: { ...emptyLedger(), succeeded: 1, 'not-started': 1 } } },
    `${B} is without a turn, and reboot was done`,
  ],
  [
    'unknown, where everybody could know',
    {
      told: [told(A, 'succeeded'), told(B, 'unknown')],
      result: { ledger: { ...emptyLedger(), succeeded: 1, unknown: 1 } },
    },
    `${B} is unknown, and nothing kept`,
  ],
  [
    'an effect twice by one key',
    { world: { effects: [effect(A, 'reboot', 1), effect(A, 'reboot', 2)] } },
    '2 times: reboot',
  ],
  ['an effect by a key of no run', { world: { effects: [effect(A, 'reboot', 1, 'other')] } }, 'key of no run'],
  ['more turns at once than the wave allows', { turns: [turn(A, 0, 9), turn(B, 5, 19)] }, '2 turns in work at once'],
  [
    'two members of a group at once',
    { world: { effects: [effect(A, 'reboot', 1), effect(B, 'reboot', 2), effect(A, 'maintenance-off', 3)] } },
    `${A} and ${B} of pair`,
  ],
  [
    'maintenance mode left on without a word',
    {
      world: { left: [{ target: A, runKey: 'key', what: 'maintenance mode', kinds: ['maintenance-on'] }] },
      result: { handover: handedOver([B, 'maintenance-on'], [A, 'open-question']) },
    },
    `${A}: maintenance mode is left`,
  ],
  ['a run that fails after it rebooted a host', { end: 'failed', result: null, plan: null }, 'ended as failed'],
  ['a run that never ends', { end: null, result: null }, 'has not ended'],
])('%s is found', (_, wrong, finding) => {
  expect(found(wrong)).toContainEqual(expect.stringContaining(finding));
});

test('a lost turn may be unknown, and its question stands for what it left on; so may a host that hid from everybody', () => {
  const ledger = { ...emptyLedger(), succeeded: 1, unknown: 1 };
  const world = { left: [{ target: B, runKey: 'key', what: 'maintenance mode', kinds: ['maintenance-on'] }] };
  const lost = { told: [told(A, 'succeeded'), told(B, null)], world };
  expect(found({ ...lost, result: { ledger, handover: handedOver([B, 'open-question']) } })).toEqual([]);
  expect(found({ told: [told(A, 'succeeded'), told(B, 'unknown')], result: { ledger } }, new Set([B]))).toEqual([]);
});
