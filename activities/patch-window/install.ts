import { Context } from '@temporalio/activity';
import type { InventoryHost } from '../../model/inventory.ts';
import { lookText, type Look } from '../../model/look.ts';
import type { InstallReport, InstallTask, PatchActivities } from '../../model/patch-window/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { nothingSent } from '../step/bound.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, failureTypeOf, happenedIn, isSilence } from '../step/failure.ts';
import { hostAsItIs, hostAsPlanned } from '../step/inventory.ts';
import { artefactName, keyOf } from '../step/keys.ts';
import { lookOnce, type Seen } from '../step/look.ts';
import { step } from '../step/step.ts';
import { readState } from './host-facts.ts';
import { installReport, oneCause, rebootOrBusy } from './install-result.ts';

const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 24 * 60;

/** An installation that is followed. */
interface Following {
  site: StepDependencies;
  host: InventoryHost;
  request: Parameters<PatchActivities['followInstall']>[0];
}

/**
 * Starts the local task that installs exactly these updates, by id and revision. Its name comes from run, stage, host, turn and
 * round, so a second call finds the first one's task and takes it over.
 */
export function startInstall(site: StepDependencies): PatchActivities['startInstall'] {
  return (request) =>
    step(async (): Promise<InstallTask> => {
      const { limits, installMs, updates } = request;
      // What an earlier attempt may have begun is taken over, whatever the inventory says by now.
      const host = nothingSent() ? hostAsPlanned(site, request) : hostAsItIs(site, request);
      try {
        const task = await callHost(site, SCRIPTS.startUpdateInstall, host, {
          parameters: {
            HostName: host.name,
            TaskName: artefactName(request, 'install'),
            Key: keyOf(request, 'install'),
            Updates: updates.map(({ id, revision }) => ({ id, revision })),
            TimeLimitMinutes: taskMinutes(installMs),
          },
          limitMs: limits.callMs,
        });
        return { taskName: task.taskName, startedAt: task.startedAt, updates };
      } catch (error) {
        if (failureTypeOf(error) !== 'UpdateNeedsReboot') throw error;
        const look = () => readState(site, host, limits);
        throw await rebootOrBusy(host, { happened: happenedIn(error), once: false }, look);
      }
    });
}

/** The task ends itself after the time that the turn waits for it, so that nothing installs when nobody looks any more. */
function taskMinutes(installMs: number): number {
  return Math.min(Math.max(Math.ceil(installMs / MINUTE_MS), 1), LONGEST_MINUTES);
}

/**
 * Looks at the task once. When it is over it reads from the host what became of each update, and removes the task. Updates that
 * failed are in the report; otherwise the activity fails only where nothing was installed for one reason that the failure table
 * knows, or where the end cannot be told. A host that does not answer for a while, or whose script fails, is waited for:
 * installing may restart its network.
 */
export function followInstall(site: StepDependencies): PatchActivities['followInstall'] {
  return (request) =>
    lookOnce({ pollMs: request.limits.pollMs, giveUp: (look) => endOfPatience(request, look) }, () =>
      lookAtTask({ site, host: hostAsItIs(site, request), request }),
    );
}

async function lookAtTask(following: Following): Promise<Seen<InstallReport>> {
  const { site, host, request } = following;
  const { task, limits } = request;
  try {
    const progress = await callHost(site, SCRIPTS.getUpdateProgress, host, {
      parameters: { HostName: host.name, TaskName: task.taskName },
      limitMs: limits.callMs,
    });
    if (progress.state === 'running') return progress;
    const report = await readReport(following);
    const cause = await oneCause(host, { ...progress, report }, () => readState(site, host, limits));
    await removeTask(following, cause !== null);
    if (cause !== null) throw cause;
    return { over: report };
  } catch (error) {
    // A look that fails says nothing of the installation, which goes on all the same.
    if (!isSilence(error) && failureTypeOf(error) !== 'ScriptFailed') throw error;
    return { current: `${host.name} does not answer: ${happenedIn(error)}`, unanswered: true };
  }
}

async function readReport({ site, host, request }: Following): Promise<InstallReport> {
  const { task, limits } = request;
  const trace = await callHost(site, SCRIPTS.getUpdateResult, host, {
    parameters: {
      HostName: host.name,
      Since: task.startedAt,
      Updates: task.updates.map(({ id, revision }) => ({ id, revision })),
    },
    limitMs: limits.callMs,
  });
  return installReport(task, host, trace);
}

/**
 * A finished task that is not removed does no harm and must not hide what was installed: it is logged and left. Silence brings the
 * next look, unless what the task said of its end is in hand: a task that is gone by then could not say it again.
 */
async function removeTask({ site, host, request }: Following, saidItsEnd: boolean): Promise<void> {
  const { taskName } = request.task;
  try {
    await callHost(site, SCRIPTS.removeUpdateTask, host, {
      parameters: { HostName: host.name, TaskName: taskName },
      limitMs: request.limits.callMs,
    });
  } catch (error) {
    const type = failureTypeOf(error);
    const passedOver = type === 'ScriptFailed' || type === 'ShellFailure' || (saidItsEnd && isSilence(error));
    if (!passedOver) throw error;
    Context.current().log.warn('The finished update task stays on the host', {
      host: host.name,
      task: taskName,
      reason: happenedIn(error),
    });
  }
}

/** After the last look, or after more silence than a reboot may take, nobody knows what became of the installation. */
function endOfPatience(request: Following['request'], look: Look): Error | null {
  const { target: name, last, rebootMs } = request;
  if (last && look.unanswered === 0) return overdue(request, look);
  if (!last && look.unansweredMs <= rebootMs) return null;
  const happened = `${name} fell silent while its updates were being installed, last looked at ${look.at}`;
  const question = `Is ${name} up, and did its installation end? Look at it, then retry, skip or abort.`;
  return failure('HostLost', `${happened}: ${look.current}`, { host: name, question }, { once: true });
}

function overdue({ target: name, task, installMs }: Following['request'], look: Look): Error {
  const minutes = Math.round(installMs / MINUTE_MS);
  return failure(
    'InstallTimeout',
    `The installation on ${name} was not seen to end in ${minutes} min. Last look at ${look.at}: ${lookText(look)}.`,
    {
      host: name,
      look,
      question: `The task ${task.taskName} on ${name} was not over at ${look.at}: ${lookText(look)}. Look at the host and wait for the task there, then retry, skip or abort.`,
    },
  );
}
