import { ledgerTotal, type LedgerCounts, type RunOutcome } from '../../model/ledger.ts';
import type { StageCounts } from '../../model/run.ts';
import type { StopReason } from '../rollout/schedule.ts';

/** How a run ended (model/ledger.ts, RunOutcome): the first that applies. */
export function runOutcome(
  counts: LedgerCounts,
  stages: readonly StageCounts[],
  stopped: StopReason | null,
  cutOff: boolean,
): RunOutcome {
  if (stopped === 'abort') return 'aborted';
  if (cutOff) return 'cut-off';
  const all = [counts, ...stages.map(({ ledger }) => ledger)];
  if (stopped !== 'stage' && all.every((one) => one.succeeded === ledgerTotal(one))) return 'succeeded';
  return counts.succeeded === 0 ? 'failed' : 'partly';
}

export const STOP_TEXT: Record<StopReason, string> = {
  abort: 'aborted',
  budget: 'the failure budget is spent',
  canary: 'the canary wave proved nothing',
  stage: 'a stage could not begin',
};
