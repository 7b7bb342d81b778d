import { condition, sleep } from '@temporalio/workflow';
import { duration } from '../../model/duration.ts';
import { lookText } from '../../model/look.ts';
import type { AfterEnd, Claim, HolderInDoubt, LookAfter } from '../../model/locks.ts';
import type { Limits } from '../../model/plan.ts';
import { followingActivities } from '../activity-proxies.ts';
import { summaryText } from '../text-limits.ts';
import { lastSeen } from '../turn/follow.ts';
import { asStepFailure, limitReached } from '../turn/step-failure.ts';
import { firstToEnd } from './first-to-end.ts';
import type { LockLine } from './lock-line.ts';

/** After a look that left the doubt, and as long as nobody answers. */
const LOOK_AGAIN_MS = 10 * 60_000;

/**
 * A holder ended without saying that it is done. Once no call of it can last any more, and no reboot that it asked for is still to come,
 * its target is looked at: with nothing of ours at work there, and its group well, the lock is free. Otherwise a person has to answer,
 * and the target is looked at again from time to time, as long as somebody waits.
 */
export async function settleDoubt(line: LockLine, doubt: HolderInDoubt): Promise<void> {
  const { claim } = doubt;
  const settled = () => line.doubt?.claim !== claim;
  const unfit = await firstToEnd(() => whatIsWrong(claim), settled);
  if (settled() || unfit === null) return;
  if (unfit.length === 0) return line.release(claim);
  line.askPerson(
    doubt,
    `The turn ${claim.workflowId} of run ${claim.runId} ended without saying that it was done. ${unfit.join('. ')}`,
  );
  await condition(settled, LOOK_AGAIN_MS, { summary: 'until it is looked at again' });
  await condition(() => settled() || line.first !== null);
}

async function whatIsWrong({ after, limits }: Claim): Promise<string[]> {
  if (after === null || limits === null) return ['Nobody can look what it left: look yourself'];
  const quietMs = after.by === 'time' ? after.ms : limits.callMs;
  await sleep(quietMs, { summary: 'until no call of the turn that ended can last any more' });
  if (after.by === 'time') return [];
  return await look(after, limits).catch((error: unknown) => [whyNot(error, limits)]);
}

/** Why the look came to no end, in words. */
function whyNot(error: unknown, { workerReturnMs }: Limits): string {
  if (!limitReached(error)) return asStepFailure(error).message.replace(/\.$/, '');
  const seen = lastSeen(error);
  const saw = seen === null ? 'no worker of its site has looked' : `last look at ${seen.at}: ${lookText(seen)}`;
  return `Its target could not be found well for ${duration(workerReturnMs)}, ${saw}`;
}

async function look(
  { queue, activity, request }: Extract<AfterEnd, { by: 'look' }>,
  limits: Limits,
): Promise<string[]> {
  const site = followingActivities<Record<string, LookAfter>>(queue, limits)[activity];
  if (site === undefined) throw new TypeError(`there is no activity ${activity}`);
  const options = {
    summary: summaryText('what did the turn that ended leave at work?'),
    scheduleToCloseTimeout: limits.workerReturnMs,
  };
  return (await site.executeWithOptions(options, [request])).result.unfit;
}
