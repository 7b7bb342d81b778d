import { ledgerTotal, TARGET_STATES, type LedgerCounts, type TargetState } from '../../model/ledger.ts';
import type { RunEvidence, TurnEvidence } from './evidence.ts';

/** An effect on the world, by its idempotency key. */
export interface WorldEffect {
  key: string;
  effect: string;
  detail: string;
  /** Milliseconds of the epoch. */
  at: number;
}

/** What the world says of itself, whatever anybody claims. */
export interface World {
  /** In their order. */
  effects: readonly WorldEffect[];
  /** Why a target is not what a success promises; empty where it is. */
  flaws(target: string, run: RunEvidence): string[];
  /** What is left on for a target now: the run that put it on, by its key, and the kinds of the handover list that may tell of it. */
  left: readonly { target: string; runKey: string; what: string; kinds: readonly string[] }[];
  /** Redundancy groups by target. */
  groups: ReadonlyMap<string, string>;
}

/** Kinds of effects that are no change of the target itself, or that another one takes back. */
const PASSING: readonly string[] = [
  'maintenance-on',
  'maintenance-extended',
  'maintenance-off',
  'snapshot-taken',
  'snapshot-removed',
];
/** States of a target in whose turn nothing was done that stays. */
const UNTOUCHED: readonly TargetState[] = ['skipped', 'not-started', 'unreachable'];
/** States in which a target can end for which no turn was ever told. */
const WITHOUT_TURN: readonly TargetState[] = [...UNTOUCHED, 'failed'];

interface KeyParts {
  runKey: string;
  target: string;
  turn: string;
}

function partsOf(key: string): KeyParts {
  const [runKey = '', , target = '', turn = ''] = key.split('/');
  return { runKey, target, turn };
}

/**
 * Judges runs by what the world shows and their histories say, not by anything that the runs answer. `blind`: targets of which nobody
 * could know, since what happened to them hid it. Returns what is wrong, a line each.
 */
export function judge(runs: readonly RunEvidence[], world: World, blind: ReadonlySet<string> = new Set()): string[] {
  return [
    ...judgeEffects(runs, world),
    ...judgeGroups(world),
    ...runs.flatMap((run) => [...judgeWaves(run), ...judgeRun(run, world, blind)]),
  ];
}

/** Each effect once by its key, and every key is one of these runs. */
export function judgeEffects(
  runs: readonly Pick<RunEvidence, 'runKey'>[],
  { effects }: Pick<World, 'effects'>,
): string[] {
  const seen = new Map<string, number>();
  for (const { effect, key, detail } of effects) {
    // Several updates of one task are effects of their own.
    const what = effect.startsWith('update-') ? `${effect} ${detail} by ${key}` : `${effect} by ${key}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
  const known = new Set(runs.map(({ runKey }) => runKey));
  const strange = effects.filter(({ key }) => key !== '' && !known.has(partsOf(key).runKey));
  return [
    ...[...seen].filter(([, times]) => times > 1).map(([what, times]) => `${times} times: ${what}`),
    ...strange.map(({ effect, key }) => `by a key of no run: ${effect} by ${key}`),
  ];
}

/** No two members of a redundancy group between the first and the last effect of a turn at once. */
export function judgeGroups({ effects, groups }: Pick<World, 'effects' | 'groups'>): string[] {
  const spans = new Map<string, { target: string; from: number; to: number }>();
  for (const { key, at } of effects) {
    const { runKey, target, turn } = partsOf(key);
    if (!groups.has(target)) continue;
    const span = spans.get(`${runKey} ${target} ${turn}`);
    spans.set(`${runKey} ${target} ${turn}`, { target, from: span?.from ?? at, to: at });
  }
  const all = [...spans.values()];
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => other.target !== one.target && groups.get(other.target) === groups.get(one.target))
      .filter((other) => one.from < other.to && other.from < one.to)
      .map((other) => `${one.target} and ${other.target} of ${groups.get(one.target)} were in work at once`),
  );
}

/** Never more turns at once than the wave allows that was open at the latest. */
export function judgeWaves({ runId, plan, turns }: Pick<RunEvidence, 'runId' | 'plan' | 'turns'>): string[] {
  const waves = plan?.material.waves ?? [];
  const waveOf = (turn: TurnEvidence) =>
    waves.findIndex(({ targets }) => turn.targets.some((id) => targets.includes(id)));
  const begun = turns.toSorted((a, b) => a.from - b.from);
  return begun.flatMap((turn, index) => {
    const before = begun.slice(0, index + 1);
    const open = new Set(
      before.filter(({ from, to }) => from <= turn.from && turn.from < to).map(({ workflowId }) => workflowId),
    );
    // A retry may belong to an earlier wave than the one that is open.
    const allowed = Math.max(...waves.slice(Math.max(...before.map(waveOf))).map(({ concurrency }) => concurrency));
    return open.size <= allowed
      ? []
      : [`${runId}: ${open.size} turns in work at once, ${allowed} allowed: ${[...open].join(', ')}`];
  });
}

/** The ledger of a run's result against what became of each target, and its handover list against what is left on. */
export function judgeRun(run: RunEvidence, world: World, blind: ReadonlySet<string>): string[] {
  const { result, plan, runId } = run;
  if (result === null || plan === null) return judgeWithoutResult(run, world);
  const targets = plan.material.targets.map(({ id }) => id);
  const last = new Map(run.told.map(({ target, outcome }) => [target, outcome]));
  const states = new Map([...last].map(([target, outcome]) => [target, outcome?.state ?? 'unknown']));
  const named = (target: string, kinds: readonly string[]): boolean => {
    // What a lost turn left on nobody was told: its question says that somebody has to look.
    const telling = last.get(target) === null ? [...kinds, 'open-question'] : kinds;
    return result.handover.some((item) => item.target === target && telling.includes(item.kind));
  };
  return [
    ...judgeLedger(runId, result.ledger, targets, states),
    ...targets.flatMap((target) => judgeTarget(run, world, { target, state: states.get(target) ?? null, blind })),
    ...world.left
      .filter(({ target, runKey, kinds }) => runKey === run.runKey && !named(target, kinds))
      .map(({ target, what }) => `${target}: ${what} is left, and the handover list does not say so`),
  ];
}

/** A run that was terminated says nothing that could be held against it; one that fails has touched nothing. */
function judgeWithoutResult({ runId, runKey, end, plan }: RunEvidence, { effects }: World): string[] {
  if (end === 'terminated') return [];
  if (end === null) return [`${runId} has not ended`];
  const touched = effects.some(({ key }) => partsOf(key).runKey === runKey);
  return end === 'failed' && plan === null && !touched ? [] : [`${runId} ended as ${end}, after it had made its plan`];
}

function judgeLedger(
  runId: string,
  ledger: LedgerCounts,
  targets: readonly string[],
  states: ReadonlyMap<string, TargetState>,
): string[] {
  const sum = ledgerTotal(ledger);
  const found =
    sum === targets.length ? [] : [`${runId}: the ledger sums to ${sum}, and the plan has ${targets.length} targets`];
  const told = [...states.values()];
  for (const state of TARGET_STATES) {
    const count = told.filter((one) => one === state).length;
    const wrong = WITHOUT_TURN.includes(state) ? ledger[state] < count : ledger[state] !== count;
    if (wrong) found.push(`${runId}: the ledger says ${ledger[state]} ${state}, and the turns say ${count}`);
  }
  return found;
}

function judgeTarget(
  run: RunEvidence,
  world: World,
  { target, state, blind }: { target: string; state: TargetState | null; blind: ReadonlySet<string> },
): string[] {
  if (state === 'succeeded') return world.flaws(target, run).map((flaw) => `${target} succeeded, and ${flaw}`);
  if (state === 'unknown') {
    const lost = run.told.some((one) => one.target === target && one.outcome === null);
    return lost || blind.has(target) ? [] : [`${target} is unknown, and nothing kept anybody from knowing`];
  }
  if (state !== null && !UNTOUCHED.includes(state)) return [];
  const stays = world.effects.find(({ key, effect }) => {
    const parts = partsOf(key);
    return parts.runKey === run.runKey && parts.target === target && !PASSING.includes(effect);
  });
  return stays === undefined ? [] : [`${target} is ${state ?? 'without a turn'}, and ${stays.effect} was done to it`];
}
