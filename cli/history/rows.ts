import { failureRule } from '../../model/failures.ts';
import type { GuardVerdict, PatchPlan } from '../../model/plan.ts';
import type { LedgerEntry } from '../../model/run.ts';
import type { TurnOutcome } from '../../model/turn.ts';

/**
 * The ledger of a run that could not close itself. `turnOf` gives a host's outcome, null for a turn that began and has no
 * known end, undefined for one that never began. What cannot be known is `unknown` (design.md, rule 2).
 */
export function rowsFromHistory(
  plan: PatchPlan | null,
  turnOf: (host: string) => TurnOutcome | null | undefined,
): LedgerEntry[] {
  if (plan === null) return [];
  const siteOf = new Map(plan.material.targets.map(({ host, site }) => [host, site]));
  return plan.material.waves.flatMap((wave) =>
    wave.hosts.map((host): LedgerEntry => {
      const place = { host, site: siteOf.get(host) ?? '', wave: wave.name };
      const outcome = turnOf(host);
      if (outcome) {
        const { state, reason, question, turn } = outcome;
        return { ...place, state, progress: 'ended', turns: turn, reason, question, outcome };
      }
      if (outcome === null) {
        const reason = 'its turn began and has no known end: look at the host';
        return { ...place, state: 'unknown', progress: 'ended', turns: 1, reason, question: null, outcome: null };
      }
      return { ...place, ...neverBegan(plan.guards, host), progress: 'ended', turns: 0, outcome: null };
    }),
  );
}

function neverBegan(guards: GuardVerdict[], host: string): Pick<LedgerEntry, 'state' | 'reason' | 'question'> {
  const guard = guards.find((one) => one.host === host && one.verdict !== 'note');
  if (guard === undefined) return { state: 'not-started', reason: 'the run ended before its turn', question: null };
  const question = guard.verdict === 'ask' ? guard.reason : null;
  return { state: failureRule(guard.failure).state, reason: guard.reason, question };
}
