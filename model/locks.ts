import type { Limits } from './plan.ts';
import type { StepResult } from './turn.ts';

/** The update by which a turn asks for a lock; the same request again asks whether it still has it. */
export const ASK_LOCK = 'ask';
/** A hint that a holder or somebody in line is done: a lock asks the holder itself. */
export const RELEASE_LOCK = 'release';
/** Query of a lock: who has it and who waits. */
export const LINE_OF_LOCK = 'line';
/** Query of a turn: what it holds, with its claims. */
export const HOLDS = 'holds';

/** Somebody who holds a lock or stands in line for it. */
export interface Claim {
  /** `<first execution run id of the run>/<stage>/<workflow id of the turn>`: a turn that its run starts again has its place still. */
  key: string;
  /** Of the turn. */
  workflowId: string;
  /** It stays the same through a reset; with the workflow id it names the holder. */
  firstRunId: string;
  executionRunId: string;
  /** Workflow id of the run, which people know. */
  runId: string;
  /** Null where the turn could not be asked for them. */
  limits: Limits | null;
  after: AfterEnd | null;
}

/**
 * What makes sure that nothing of a holder is at work any more that ended without saying that it is done: a look at its target, or
 * time. Null: only a person can tell.
 */
export type AfterEnd =
  | { by: 'look'; queue: string; activity: string; request: unknown }
  /** Milliseconds after which no call of the holder can last any more. */
  | { by: 'time'; ms: number };

/** The activity of a site that looks: `NotOver` while something of ours is at work on the target; then what is wrong with it. */
export type LookAfter = (request: unknown) => Promise<StepResult<LeftBehind>>;

export interface LeftBehind {
  /** What is wrong with the target, or with its group; empty where all is well. */
  unfit: string[];
}

export interface AskLock {
  claim: Claim;
  /** First execution run id of the holder whose end a person has answered for; null for none. */
  letIn: string | null;
}

export interface LockAnswer {
  granted: boolean;
  /** Workflow id of the run that has it; null where it is to be free in a moment. */
  heldBy: string | null;
  /** Whether that run's turn ended without a word, and its target is being looked at. */
  inDoubt: boolean;
  /** Set where only a person can say that it may be granted again. */
  doubt: LockDoubt | null;
}

export interface LockDoubt {
  /** First execution run id of the holder that ended. */
  of: string;
  text: string;
}

/** A holder that ended while it held the lock. `text` is null while it is still being made sure. */
export interface HolderInDoubt {
  claim: Claim;
  text: string | null;
}

export interface LockState {
  /** One, except where a lock began anew and found several. */
  holders: Claim[];
  /** First come, first served. */
  line: Claim[];
  doubt: HolderInDoubt | null;
}

const GROUP = 'group/';
const DATASTORE = 'datastore/';

/** At most one member of a redundancy group is in work, over all runs: the workflow id of that lock. */
export function groupLockId(group: string): string {
  return `${GROUP}${group}`;
}

/** One snapshot at a time is removed on a datastore, over all runs: the workflow id of that lock. */
export function datastoreLockId(endpoint: string, datastore: string): string {
  return `${DATASTORE}${endpoint}/${datastore}`;
}

/** A lock in words. */
export function lockName(lock: string): string {
  if (lock.startsWith(GROUP)) return `redundancy group ${lock.slice(GROUP.length)}`;
  if (!lock.startsWith(DATASTORE)) return lock;
  const [endpoint = '', ...datastore] = lock.slice(DATASTORE.length).split('/');
  return `datastore ${datastore.join('/')} of ${endpoint}`;
}
