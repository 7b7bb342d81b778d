import type { LedgerCounts, RunOutcome, TargetState } from './ledger.ts';
import type { Plan } from './plan.ts';
import type { Outcome } from './turn.ts';

/** What a run returns, and what `status --json` and `demo --json` print. Its names are a promise to whoever reads them by program. */
export interface RunResult {
  runbook: string;
  runId: string;
  outcome: RunOutcome;
  planHash: string;
  openedAt: string;
  closedAt: string;
  ledger: LedgerCounts;
  targets: number;
  /** How the stages ended, in their order: the states of the targets that each of them selected. */
  stages: StageCounts[];
  simulated: string[];
  /** Why the run stopped before its plan was done; null when it ran to its end. */
  stopReason: string | null;
  handover: HandoverItem[];
}

export interface StageCounts {
  name: string;
  ledger: LedgerCounts;
}

/** What a dry run returns: the plan that a real run would act on. Nothing was touched. */
export interface DryRunResult {
  runbook: string;
  runId: string;
  dryRun: true;
  planHash: string;
  targets: number;
  simulated: string[];
  plan: Plan;
}

/** One thing that the next shift must know. */
export interface HandoverItem {
  /** A kind of `model/handover.ts`, or of the runbook. */
  kind: string;
  target: string;
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
  /** Opening of the stage's window; null where it has none, so that work begins at once. */
  opensAt: string | null;
  closesAt: string | null;
  /** Sums to `targets`. A target in work counts as `unknown` until its turn has ended; `inWork` says how many those are. */
  ledger: LedgerCounts;
  targets: number;
  /** The stages that have begun, in their order; the last one is the one that goes on. */
  stages: StageCounts[];
  inWork: string[];
  wave: string | null;
  waiting: string | null;
  /** The newest hundred of what the run did itself, and the newest hundred of the messages that came. */
  notes: RunNote[];
  /** How many earlier ones are kept no longer. */
  notesLeftOut: number;
  questions: { target: string; question: string }[];
  simulated: string[];
}

/** Something that was done to the run, or refused, and why. Names in it are claims: nobody proved who sent the message. */
export interface RunNote {
  at: string;
  text: string;
}

/** Says that notes are missing, and where they are. */
export function notesLeftOutText(count: number): string {
  return `${count} earlier notes are not kept; the history (\`npx fettle timeline\`) has every message that came`;
}

/** One target's row in the ledger. */
export interface LedgerEntry<O = unknown> {
  id: string;
  /** The site whose worker reaches it; empty for what needs none. */
  site: string;
  /** Workflow id of its turn. */
  turnId: string;
  wave: string;
  /** State in the last stage that it took. */
  state: TargetState;
  /** Whether the state may still change: `waiting` for its turn, `in-work`, or `ended`. */
  progress: 'waiting' | 'in-work' | 'ended';
  /** Turns in the stage. */
  turns: number;
  reason: string;
  /** The open question, from a turn or from a guard at planning. */
  question: string | null;
  /** How the last turn that was taken ended. */
  outcome: Outcome<O> | null;
}

/** How the reason of a target begins that waits for what another run has. */
export const WAITS_FOR_RUN = 'Waits for another run: ';

export interface LedgerPage {
  page: number;
  pages: number;
  total: number;
  entries: LedgerEntry[];
}
