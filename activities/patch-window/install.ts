import { Context } from '@temporalio/activity';
import type { InventoryHost } from '../../model/inventory.ts';
import type { InstallReport, InstallTask, PatchActivities } from '../../model/patch-window/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { callHost } from '../step/call.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, failureTypeOf, happenedIn, isSilence } from '../step/failure.ts';
import { findHost } from '../step/inventory.ts';
import { artefactName, keyOf } from '../step/keys.ts';
import { step, type Beat } from '../step/step.ts';
import { untilAnswered } from '../step/wait.ts';
import { readState } from './host-facts.ts';
import { failForOneCause, installReport, rebootOrBusy, type TaskEnd } from './install-result.ts';

const MINUTE_MS = 60_000;
const LONGEST_MINUTES = 24 * 60;

interface Progress extends TaskEnd {
  percent: number;
  current: string;
}

/** An installation that is followed. */
interface Following {
  site: StepDependencies;
  host: InventoryHost;
  request: Parameters<PatchActivities['followInstall']>[0];
  /** Epoch milliseconds at which the installation has had its time. */
  deadline: number;
  beat: Beat;
}

/**
 * Starts the local task that installs exactly these updates, by id and revision. Its name comes from run, stage, host, turn and
 * round, so a second call finds the first one's task and takes it over.
 */
export function startInstall(site: StepDependencies): PatchActivities['startInstall'] {
  return (request) =>
    step(async (): Promise<InstallTask> => {
      const { limits, installMs, updates } = request;
      const host = findHost(site, request.target);
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
 * Follows the task to its end, reads from the host what became of each update, and removes the task. Updates that failed are in the
 * report; the activity fails only where nothing was installed for one reason that the failure table knows, or where the end cannot
 * be told. A host that does not answer for a while is waited for: installing may restart its network.
 */
export function followInstall(site: StepDependencies): PatchActivities['followInstall'] {
  return (request) =>
    step(async (beat) => {
      const host = findHost(site, request.target);
      const deadline = Date.parse(request.task.startedAt) + request.installMs;
      const following: Following = { site, host, request, deadline, beat };
      const end = await followToEnd(following);
      const report = await readReport(following);
      await removeTask(following);
      const look = () => patiently(following, () => readState(site, host, request.limits));
      await failForOneCause(host, { ...end, report }, look);
      return report;
    });
}

async function followToEnd(following: Following): Promise<Progress> {
  const { site, host, request, deadline, beat } = following;
  const { task, limits } = request;
  for (;;) {
    const progress = await patiently(following, () =>
      callHost(site, SCRIPTS.getUpdateProgress, host, {
        parameters: { HostName: host.name, TaskName: task.taskName },
        limitMs: limits.callMs,
      }),
    );
    beat({ percent: progress.percent, current: progress.current });
    if (progress.state !== 'running') return progress;
    if (Date.now() > deadline) throw overdue(following, progress);
    await Context.current().sleep(limits.pollMs);
  }
}

async function readReport(following: Following): Promise<InstallReport> {
  const { site, host, request } = following;
  const { task, limits } = request;
  const trace = await patiently(following, () =>
    callHost(site, SCRIPTS.getUpdateResult, host, {
      parameters: {
        HostName: host.name,
        Since: task.startedAt,
        Updates: task.updates.map(({ id, revision }) => ({ id, revision })),
      },
      limitMs: limits.callMs,
    }),
  );
  return installReport(task, host, trace);
}

/** A finished task that is not removed does no harm and must not hide what was installed: it is logged and left. */
async function removeTask(following: Following): Promise<void> {
  const { site, host, request } = following;
  const { taskName } = request.task;
  try {
    await patiently(following, () =>
      callHost(site, SCRIPTS.removeUpdateTask, host, {
        parameters: { HostName: host.name, TaskName: taskName },
        limitMs: request.limits.callMs,
      }),
    );
  } catch (error) {
    const type = failureTypeOf(error);
    if (type !== 'ScriptFailed' && type !== 'ShellFailure') throw error;
    Context.current().log.warn('The finished update task stays on the host', {
      host: host.name,
      task: taskName,
      reason: happenedIn(error),
    });
  }
}

/** Waits through silence no longer than a reboot may take; after that nobody knows what became of the installation. */
async function patiently<T>({ host, request, beat }: Following, call: () => Promise<T>): Promise<T> {
  try {
    return await untilAnswered(call, {
      pollMs: request.limits.pollMs,
      patienceMs: request.rebootMs,
      onFailure: () => beat({ percent: 0, current: `${host.name} does not answer, waiting for it` }),
    });
  } catch (error) {
    const detail = {
      host: host.name,
      question: `Is ${host.name} up, and did its installation end? Look at it, then retry, skip or abort.`,
    };
    if (!isSilence(error)) throw error;
    const message = `${host.name} fell silent while its updates were being installed: ${happenedIn(error)}`;
    throw failure('HostLost', message, detail, { once: true });
  }
}

function overdue({ host, request: { task, installMs } }: Following, { percent, current }: Progress): Error {
  const minutes = Math.round(installMs / MINUTE_MS);
  return failure(
    'InstallTimeout',
    `The installation on ${host.name} did not end in ${minutes} min: ${percent} %, ${current || 'no update named'}.`,
    {
      host: host.name,
      question: `The task ${task.taskName} on ${host.name} still runs. Wait for it on the host, then retry, skip or abort.`,
    },
  );
}
