import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { lockName, type AskLock, type Claim, type LockState } from '../../model/locks.ts';
import { controlActivities, followingControl } from '../activity-proxies.ts';
import { continuedState } from '../entrance.ts';
import { askLockUpdate, lineQuery, releaseLockSignal } from '../messages.ts';
import { onceTakenIn } from '../once-taken-in.ts';
import { takeSignals } from '../signals.ts';
import { summaryText } from '../text-limits.ts';
import { firstToEnd } from './first-to-end.ts';
import { lockDetails } from './lock-details.ts';
import { LockLine } from './lock-line.ts';
import { settleDoubt } from './settle-doubt.ts';

/** Between two looks at a holder that could not be asked for its limits. */
const POLL_MS = 15_000;
const EXECUTION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How long a free lock waits for whoever is first in line, beside two of its looks. */
const PATIENCE_MS = 30_000;

/**
 * A lock over all runs; its workflow id is its name, `group/<name>` or `datastore/<endpoint>/<name>`. Whoever asks first gets it first.
 * It believes no message: whether a holder is done it reads from the holder itself. It is open while somebody holds it or waits for
 * it. Terminated, it begins anew at the next request, with the open turns that have it; a cancel does nothing.
 */
export async function lock(continued?: unknown): Promise<void> {
  const before = continuedState(continued) as LockState | null;
  const line = new LockLine(before ?? { holders: [], line: [], doubt: null });
  let known = before !== null;
  const hints = { count: 0 };
  const show = onceTakenIn(() => setCurrentDetails(lockDetails(workflowInfo().workflowId, line.state)));
  setHandler(
    askLockUpdate,
    // A cancel of the lock would end every wait outside.
    async (asked) =>
      await CancellationScope.nonCancellable(async () => {
        await condition(() => known);
        show();
        return line.ask(asked);
      }),
    { description: 'Sent for a turn: ask for the lock.', validator: requireClaim },
  );
  takeSignals(
    () =>
      setHandler(
        releaseLockSignal,
        (key) => {
          if (typeof key === 'string') line.withdraw(key);
          hints.count += 1;
          show();
        },
        { description: 'Sent by a turn that is done. The lock looks whether that is so.' },
      ),
    () => undefined,
  );
  setHandler(lineQuery, () => line.state, { description: 'Who has the lock, who waits for it, and what is in doubt.' });
  await CancellationScope.nonCancellable(async () => {
    if (!known) line.found(await findHolders());
    known = true;
    await serve(line, hints, show);
  });
}

async function findHolders(): Promise<Claim[]> {
  const { workflowId } = workflowInfo();
  const summary = summaryText(`Who holds ${lockName(workflowId)}?`);
  return await controlActivities.holdersOf.executeWithOptions({ summary }, [{ lock: workflowId }]);
}

async function serve(line: LockLine, hints: { count: number }, show: () => void): Promise<void> {
  for (;;) {
    show();
    if (line.isIdle && allHandlersFinished()) return;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof lock>(line.state);
    }
    const { holder, first, doubt } = line;
    if (doubt !== null) await settleDoubt(line, doubt);
    else if (holder !== null) await whileHeld(line, holder, hints);
    else if (first !== null) await untilClaimed(line, first);
    else await condition(() => !line.isIdle || allHandlersFinished());
  }
}

/** Nobody looks at a holder before somebody else wants the lock, or a message hints that it is done. */
async function whileHeld(line: LockLine, holder: Claim, hints: { count: number }): Promise<void> {
  const changed = () => line.holder !== holder;
  const seen = hints.count;
  await condition(() => changed() || line.first !== null || hints.count !== seen);
  if (changed()) return;
  const looked = hints.count;
  const ended = await firstToEnd(
    () => lookAt(holder),
    () => changed() || hints.count !== looked,
  );
  // It may have asked again in the very task in which the look told that.
  if (changed()) return;
  if (ended === 'ended') line.doubtAbout(holder);
  else if (ended === 'released') line.release(holder);
}

async function lookAt({ workflowId, firstRunId, executionRunId, runId, limits }: Claim): Promise<'released' | 'ended'> {
  const { pollMs = POLL_MS } = limits ?? {};
  const summary = summaryText(`until run ${runId} is done with it`);
  const held = { workflowId, firstRunId, executionRunId, lock: workflowInfo().workflowId, pollMs };
  return await followingControl({ pollMs }).awaitRelease.executeWithOptions({ summary }, [held]);
}

/** Whoever is first in line and does not come loses its place: its turn, or its run, is gone or paused. */
async function untilClaimed(line: LockLine, { key, runId, limits }: Claim): Promise<void> {
  const patienceMs = PATIENCE_MS + 2 * (limits?.pollMs ?? POLL_MS);
  const moved = () => line.holder !== null || line.first?.key !== key;
  if (!(await condition(moved, patienceMs, { summary: summaryText(`until run ${runId} takes it`) })))
    line.withdraw(key);
}

/** The update is sent by our own activity; whatever else arrives is refused before it is taken. */
function requireClaim(asked: AskLock | undefined): void {
  const claim: unknown = asked?.claim;
  const fields = (typeof claim === 'object' && claim !== null ? claim : {}) as Partial<Claim>;
  const { key, workflowId, firstRunId, executionRunId, runId, limits, after } = fields;
  const texts = [key, workflowId, runId].every((text) => typeof text === 'string');
  const ids = [firstRunId, executionRunId].every((id) => typeof id === 'string' && EXECUTION.test(id));
  const times = [...Object.values(limits ?? {}), after?.by === 'time' ? after.ms : 1];
  if (texts && ids && times.every((ms) => Number.isFinite(ms) && ms > 0)) return;
  throw ApplicationFailure.nonRetryable(
    'ask: a turn asks for the lock, with its claim; nobody else does',
    'InvalidInput',
  );
}
