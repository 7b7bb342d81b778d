import type { WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import { duration } from '../../model/duration.ts';
import { lookIn, lookText, type Look } from '../../model/look.ts';

/** An activity that is not over, as the server describes it. */
export type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What stands with the activity of a step in hand. */
export interface Pending {
  /** `63 %, KB5031364, seen 40 s ago, next look in 20 s`; empty where nothing is looked at. */
  progress: string;
  /** Who holds the activity up in the Web UI, or that somebody reset it there; null when nobody did. */
  interfered: string | null;
}

/** Shorter times say nothing: whoever reads them sees the next look already. */
const WORTH_TELLING_MS = 2_000;

/** Reads what there is to tell of a turn's activities: of the one that is held up, or else of the one that looks at something. */
export function readPending(activities: readonly PendingActivity[], now = Date.now()): Pending {
  const activity = activities.find(({ paused }) => paused) ?? activities.find((one) => lookOf(one) !== null);
  const look = activity === undefined ? null : lookOf(activity);
  if (activity === undefined) return { progress: '', interfered: null };
  const said = look === null ? [] : [lookText(look), seenAgo(look, now), nextLook(activity, now)];
  return { progress: said.filter((part) => part !== '').join(', '), interfered: interference(activity, look) };
}

/** The last look is the heartbeat; one that is encrypted or of another shape shows nothing. */
function lookOf({ heartbeatDetails }: PendingActivity): Look | null {
  const data = heartbeatDetails?.payloads?.[0]?.data;
  return data === null || data === undefined ? null : lookIn(parsed(Buffer.from(data).toString('utf8')));
}

function seenAgo({ at }: Look, now: number): string {
  const age = now - Date.parse(at);
  return age < WORTH_TELLING_MS ? '' : `seen ${duration(age)} ago`;
}

function nextLook(activity: PendingActivity, now: number): string {
  if (activity.paused) return '';
  const next = millisecondsOf(activity.nextAttemptScheduleTime);
  if (next > now) return next - now < WORTH_TELLING_MS ? '' : `next look in ${duration(next - now)}`;
  // Due, and not begun: as long as that lasts no worker of the site has taken it.
  const due = waits(activity) && now - millisecondsOf(activity.lastAttemptCompleteTime) > WORTH_TELLING_MS;
  return due ? 'the next look waits for a worker of its site' : '';
}

/** Whether no attempt is being made just now. */
function waits({ lastStartedTime, lastAttemptCompleteTime }: PendingActivity): boolean {
  return millisecondsOf(lastAttemptCompleteTime) >= millisecondsOf(lastStartedTime);
}

function millisecondsOf(time: PendingActivity['lastStartedTime']): number {
  return optionalTsToDate(time)?.getTime() ?? 0;
}

/** Of an activity that was reset its attempts begin anew, and its looks do not: the next attempt is no look that it has had. */
function interference(activity: PendingActivity, look: Look | null): string | null {
  const { paused, pauseInfo, attempt, activityType } = activity;
  const name = activityType?.name ?? 'its activity';
  if (paused) {
    const { identity = '', reason = '' } = pauseInfo?.manual ?? {};
    const by = [identity === '' ? '' : ` by ${identity}`, reason === '' ? '' : ` (${reason})`].join('');
    return `${name} was paused${by} from outside: unpause it in the Web UI`;
  }
  const begun = (attempt ?? 1) - (waits(activity) ? 1 : 0);
  return look !== null && begun < look.looks ? `${name} was reset from outside` : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
