import type { TargetState } from '../../model/ledger.ts';
import type { TurnInput, TurnOutcome } from '../../model/turn.ts';

/** The turn was terminated or its workflow failed: what it did last is in its history, and nobody knows more. */
export function lost(input: TurnInput, error: unknown): TurnOutcome {
  const why =
    error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
  return ended(
    input,
    'unknown',
    'StateUnknown',
    `The turn ended without an outcome (${why}): look at the host, its maintenance mode and snapshots, and at the turn's history.`,
  );
}

/** The outcome of a turn of which nothing is known but how it began. */
export function ended(input: TurnInput, state: TargetState, failure: string, reason: string): TurnOutcome {
  const { target, turn, before } = input;
  const now = new Date().toISOString();
  return {
    host: target.host,
    turn,
    state,
    failure,
    reason,
    question: state === 'unknown' ? 'What is the state of the host? Look at it, then retry or skip it.' : null,
    startedAt: now,
    endedAt: now,
    steps: [],
    updates: target.updates.map(({ id, kb }) => ({ id, kb, outcome: 'not-attempted', detail: '' })),
    // Nobody knows what a lost turn did: whoever comes next must not take the host for untouched.
    changed: state === 'unknown' || (before?.changed ?? false),
    installed: before?.installed ?? 0,
    rebooted: before?.rebooted ?? false,
    rebootedAfterInstall: before?.rebootedAfterInstall ?? false,
    groupSafe: state !== 'unknown' && (before?.groupSafe ?? true),
    maintenance: before?.maintenance ?? null,
    snapshot: before?.snapshot ?? null,
    pendingReboot: false,
    servicesDown: [],
    ranBefore: before?.ranBefore ?? [],
    simulated: [],
  };
}
