import { failureRule } from '../../model/failures.ts';
import type { GuardVerdict, Plan } from '../../model/plan.ts';
import { siteOf } from '../../model/queues.ts';
import type { LedgerEntry } from '../../model/run.ts';
import type { Outcome } from '../../model/turn.ts';

/** The turns of a run by the lock of their targets, in their order: outcomes, or null for one without a known end. */
export type Turns = Map<string, (Outcome[] | null)[]>;

const NO_END = 'its turn began and has no known end: look at the target';

/** The ledger of a run that could not close itself. What cannot be known is `unknown`, which never counts as a success. */
export function rowsFromHistory(plan: Plan | null, turns: Turns): LedgerEntry[] {
  if (plan === null) return [];
  const targets = new Map(plan.material.targets.map((target) => [target.id, target]));
  return plan.material.waves.flatMap((wave) =>
    wave.targets.map((id): LedgerEntry => {
      const { queue = '', lock = '' } = targets.get(id) ?? {};
      const row = { id, site: siteOf(queue), turnId: lock, wave: wave.name, progress: 'ended' } as const;
      const own = turnsOf(id, turns.get(lock) ?? []);
      const outcome = own.at(-1);
      const question = questionOf(own);
      if (outcome === undefined) return { ...row, ...neverBegan(plan.guards, id), turns: 0, outcome: null };
      if (outcome === null) return { ...row, state: 'unknown', turns: 1, reason: NO_END, question, outcome };
      const { state, reason, turn } = outcome;
      return { ...row, state, turns: turn, reason, question, outcome };
    }),
  );
}

/** How the turns of a target ended, in their order; null for one without a known end. A turn need not take all targets of its lock. */
function turnsOf(id: string, turns: (Outcome[] | null)[]): (Outcome | null)[] {
  const own = turns.map((outcomes) => (outcomes === null ? null : outcomes.findLast((outcome) => outcome.id === id)));
  return own.filter((outcome) => outcome !== undefined);
}

/** The latest question that is still open: a later turn of the same stage answers for the one before. */
function questionOf(turns: (Outcome | null)[]): string | null {
  const lastOfStage = new Map(
    turns.flatMap((outcome) => (outcome === null ? [] : [[outcome.stage, outcome.question]])),
  );
  return [...lastOfStage.values()].findLast((question) => question !== null) ?? null;
}

function neverBegan(guards: GuardVerdict[], target: string): Pick<LedgerEntry, 'state' | 'reason' | 'question'> {
  const guard = guards.find((one) => one.target === target && one.verdict !== 'note');
  if (guard === undefined) return { state: 'not-started', reason: 'the run ended before its turn', question: null };
  const question = guard.verdict === 'ask' ? guard.reason : null;
  return { state: failureRule(guard.failure).state, reason: guard.reason, question };
}
