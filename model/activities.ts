import type { AskLock, Claim, LockAnswer } from './locks.ts';
import type { Limits, Plan, PlannedWindow } from './plan.ts';
import type { Surveyed } from './survey.ts';
import type { Outcome } from './turn.ts';

/** Activities of the `control` queue that every run uses: they need no target. */
export interface ControlActivities {
  /**
   * Parses the input, reads its window and finds out where facts have to be read. Fails with `InvalidInput` and every problem; with
   * `Draining` where the run only begins (`begins`) and no new run may.
   */
  resolveTargets(request: { runbook: string; input: unknown; begins: boolean } & WindowTimes): Promise<ResolvedTargets>;
  /** Makes the frozen plan out of parsed input, configuration and facts. Fails with `InvalidInput`, `PlanRefused` or `PlanTooLarge`. */
  freezePlan(request: FreezeRequest): Promise<Plan>;
  /** The window of a later stage, resolved when that stage begins. Fails with `InvalidInput`. */
  stageWindow(request: { runbook: string; input: unknown } & WindowTimes): Promise<PlannedWindow>;
  /** Who has a target in work: the turn that has this workflow id, or null when nobody does any more. */
  describeHolder(request: { workflowId: string }): Promise<LockHolder | null>;
  /** Outcomes of the turn that had this id last, where this very run started it; else whether it is `open` or was `another` run's. */
  endedTurn(request: { workflowId: string; runKey: string }): Promise<Outcome[] | 'open' | 'another'>;
  /** Looks whether a turn that an earlier execution of the same run started (before a reset) has ended; `NotOver` before. */
  followTurn(request: Omit<HeldLock, 'lock'> & { pollMs: number }): Promise<FollowedTurn>;
  /** Looks whether a turn has ended, or no longer holds `lock`; `NotOver` before. With `lock` null only its end counts. */
  awaitRelease(request: HeldLock & { pollMs: number }): Promise<'released' | 'ended'>;
  /** Asks for a lock, or whether it is still held, and starts the lock where it is not open. */
  askLock(request: AskLock & { lock: string }): Promise<LockAnswer>;
  /** Looks whether it is worth while to ask for a lock again; `NotOver` before. */
  awaitLock(request: PlaceInLine & { lock: string; pollMs: number }): Promise<null>;
  /** The open turns that hold a lock, by what they say themselves. */
  holdersOf(request: { lock: string }): Promise<Claim[]>;
}

/** Who stands in line for a lock. `inDoubt`: knows already that the lock is in doubt. */
export interface PlaceInLine extends Pick<Claim, 'key' | 'workflowId'> {
  inDoubt: boolean;
}

/** A turn and what it may hold. */
export interface HeldLock extends Pick<Claim, 'workflowId' | 'firstRunId' | 'executionRunId'> {
  lock: string | null;
}

/** What a window is read by. ISO 8601 in UTC. */
export interface WindowTimes {
  /**
   * When the run, or the later stage, was due to begin: `06:30` and `+4h` count from it, however late a worker takes the run up.
   */
  dueAt: string;
  now: string;
}

export interface ResolvedTargets {
  change: string;
  reason: string;
  dryRun: boolean;
  /** What the runbook made of the input; planning gets it back. */
  parsed: unknown;
  /** Read once, before any target is; the plan takes it over. */
  window: PlannedWindow;
  /** Where facts are read. */
  surveys: { queue: string; items: string[] }[];
  /** Name of the runbook's activity that reads them. */
  survey: string;
  limits: Limits;
}

export interface FreezeRequest extends WindowTimes {
  runbook: string;
  parsed: unknown;
  window: PlannedWindow;
  surveyed: Surveyed[];
  /** Set when a later stage lists its targets again. */
  relist: Relist | null;
}

export interface Relist {
  stage: string;
  /** Targets that the stage would take, each with its outcomes so far. */
  before: Record<string, Outcome[]>;
}

export interface LockHolder extends Pick<Claim, 'workflowId' | 'firstRunId' | 'executionRunId'> {
  /** Workflow id of the run it belongs to. */
  runId: string;
  /** First execution run id of the workflow that started it, empty when nobody did or when it cannot be told. */
  parentKey: string;
}

/** How a followed turn ended; `lost` says why it has no outcomes. */
export type FollowedTurn = { outcomes: Outcome[] } | { lost: string };
