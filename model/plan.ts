/**
 * A frozen plan: what a run will do. `planHash` is the SHA-256 over the canonical JSON of `material`, and an approval can bind
 * to it; `observed` and `guards` stand beside it, and what they say is looked at again at each target's turn.
 *
 * What every runbook has stands in the open; what one runbook knows stands under `own`: `M` of its material, `T` of its
 * targets, `S` of what was seen.
 */
export interface Plan<M = unknown, T = unknown, S = unknown> {
  /** Name of the runbook, which is its folder's. */
  runbook: string;
  planHash: string;
  material: PlanMaterial<M, T>;
  observed: { plannedAt: string; expectedEnd: string; own: S };
  guards: GuardVerdict[];
  /** Names of the parts that are not the real thing, `powershell` or `plant`; empty in production. */
  simulated: string[];
}

export interface PlanMaterial<M = unknown, T = unknown> {
  change: string;
  reason: string;
  sites: string[];
  window: PlannedWindow;
  /** Number of targets: once so many have failed, are unreachable or unknown, nothing starts any more. */
  failureBudget: number;
  soakMs: number;
  limits: Limits;
  waves: PlannedWave[];
  targets: Target<T>[];
  /** SHA-256 of every script and host module, by file name. */
  scripts: Record<string, string>;
  own: M;
}

/**
 * The time in which a run may work, ISO 8601 in UTC. `opensAt` is null where it may begin when it is planned. `notes` say how a local
 * time was read where daylight saving makes it doubtful.
 */
export interface PlannedWindow {
  opensAt: string | null;
  closesAt: string;
  timeZone: string;
  notes: string[];
}

/** The moment from which on work may begin, in epoch milliseconds: the opening, or `now` (ISO 8601) where the window is open. */
export function workBegins({ opensAt }: Pick<PlannedWindow, 'opensAt'>, now: string): number {
  return Math.max(Date.parse(now), Date.parse(opensAt ?? now));
}

/** Limits of every call and step, from the policies. All durations are milliseconds. */
export interface Limits {
  /** The longest that one call to a host may take; above 5 minutes it stretches the contracts' own limits in proportion. */
  callMs: number;
  /** Between two looks at something that is followed. */
  pollMs: number;
  heartbeatMs: number;
  retryFirstMs: number;
  retryAttempts: number;
  /** How long what has not begun yet waits for a worker of its site. */
  workerWaitMs: number;
  /** How long whatever looks at a target that was changed waits for a worker of its site, beyond the window too. */
  workerReturnMs: number;
}

export interface PlannedWave {
  name: string;
  canary: boolean;
  concurrency: number;
  /** Ids of targets, in the order in which they start. */
  targets: string[];
}

/** One thing that the run works on. */
export interface Target<T = unknown> {
  /** How ledger, messages and keys name it: a host's canonical name, say. */
  id: string;
  /** Workflow id of its turn, which no second turn can have: `target/host/<fqdn>`. Targets with one lock are one turn. */
  lock: string;
  /** Task queue of the worker that reaches it. */
  queue: string;
  /** Names of locks beside its own, `group/<name>`: one holder at a time may be in work, over all runs. */
  exclusive: string[];
  /** Expected duration of its turn, in milliseconds. */
  expectedMs: number;
  /** The steps of the turn in order, as the operator reads them. */
  steps: string[];
  own: T;
}

/**
 * What a guard said at planning. With a `target`, `refuse` and `ask` keep it out of the run: it stays in the plan and ends
 * with the state of its failure and this reason.
 */
export interface GuardVerdict {
  target: string | null;
  guard: string;
  verdict: 'refuse' | 'ask' | 'note';
  /** A type of `model/failures.ts`. */
  failure: string | null;
  reason: string;
  /** The guard looks at the whole plan, or at what only planning reads: a retry of the target would change nothing. */
  needsNewPlan?: true;
}
