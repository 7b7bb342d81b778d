import type { LedgerCounts, RunOutcome, TargetState } from './ledger.ts';
import type { PatchPlan } from './plan.ts';
import type { TurnOutcome } from './turn.ts';

/** What a run returns, and what `status --json` and `demo --json` print (cli.md, Results). */
export interface RunResult {
  runbook: string;
  runId: string;
  outcome: RunOutcome;
  planHash: string;
  openedAt: string;
  closedAt: string;
  ledger: LedgerCounts;
  targets: number;
  simulated: string[];
  /** Why the run stopped before its plan was done; null when it ran to its end. */
  stopReason: string | null;
  handover: HandoverItem[];
}

/** What a dry run returns: the plan that a real run would act on. Nothing was touched. */
export interface DryRunResult {
  runbook: string;
  runId: string;
  dryRun: true;
  planHash: string;
  targets: number;
  simulated: string[];
  plan: PatchPlan;
}

export type HandoverKind =
  | 'pending-reboot'
  | 'service-down'
  | 'maintenance-on'
  | 'snapshot-alive'
  | 'update-missing'
  | 'event-log'
  | 'open-question'
  | 'not-patched';

/** One thing that the next shift must know. */
export interface HandoverItem {
  kind: HandoverKind;
  host: string;
  text: string;
  /** Until when, where the thing ends by itself. ISO 8601 in UTC. */
  until: string | null;
}

/** Where a run stands, as the `status` query tells it. */
export interface RunStatus {
  runbook: string;
  runId: string;
  change: string;
  phase: 'planning' | 'running' | 'paused' | 'aborting' | 'closed';
  outcome: RunOutcome | null;
  planHash: string | null;
  openedAt: string;
  closesAt: string | null;
  /** Sums to `targets`. A target in work counts as `unknown` until its turn has ended; `inWork` says how many those are. */
  ledger: LedgerCounts;
  targets: number;
  inWork: string[];
  wave: string | null;
  waiting: string | null;
  notes: RunNote[];
  questions: { host: string; question: string }[];
  simulated: string[];
}

/** Something that was done to the run, or refused, and why. Names in it are claims: nobody proved who sent the message. */
export interface RunNote {
  at: string;
  text: string;
}

/** One target's row in the ledger. */
export interface LedgerEntry {
  host: string;
  site: string;
  wave: string;
  state: TargetState;
  /** Whether the state may still change: `waiting` for its turn, `in-work`, or `ended`. */
  progress: 'waiting' | 'in-work' | 'ended';
  turns: number;
  reason: string;
  /** The open question, from a turn or from a guard at planning. */
  question: string | null;
  /** How the last turn that was taken ended. */
  outcome: TurnOutcome | null;
}

export interface LedgerPage {
  page: number;
  pages: number;
  total: number;
  entries: LedgerEntry[];
}
