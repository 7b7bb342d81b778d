import { Context } from '@temporalio/activity';
import type { InstallReport, InstallTask, SiteActivities } from '../../model/activities.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { callHost, failureTypeOf, happenedIn, isSilence } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { beating } from './heartbeat.ts';
import type { Beat } from './heartbeat.ts';
import { failForOneCause } from './install-failure.ts';
import { installReport } from './install-report.ts';
import { findHost } from './inventory-lookup.ts';
import { untilAnswered } from './patience.ts';

interface Following {
  site: PatchingDependencies;
  host: InventoryHost;
  task: InstallTask;
  limits: Limits;
  beat: Beat;
}

interface Progress {
  state: 'running' | 'finished' | 'missing';
  percent: number;
  current: string;
  error: { hresult: string; message: string } | null;
}

/**
 * Follows the task to its end, reads from the host what became of each update, and removes the task. Updates that failed are in the
 * report; the activity fails only where nothing was installed for one reason that the failure table knows, or where the end cannot
 * be told. A host that does not answer for a while is waited for: installing may restart its network.
 */
export function followInstall(site: PatchingDependencies): SiteActivities['followInstall'] {
  return ({ target, task, settings }) =>
    beating(async (beat) => {
      const host = findHost(site, target.host);
      const following: Following = { site, host, task, limits: settings.limits, beat };
      const end = await followToEnd(following);
      const report = await readReport(following);
      await removeTask(following);
      await failForOneCause(site, host, settings.limits, { ...end, report });
      return report;
    });
}

async function followToEnd(following: Following): Promise<Progress> {
  const { site, host, task, limits, beat } = following;
  const deadline = Date.parse(task.startedAt) + limits.installMs;
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

/** Waits through silence no longer than a reboot may take; after that nobody knows what became of the installation. */
async function patiently<T>({ host, limits, beat }: Following, call: () => Promise<T>): Promise<T> {
  try {
    return await untilAnswered(call, {
      pollMs: limits.pollMs,
      patienceMs: limits.rebootMs,
      onSilence: () => beat({ percent: 0, current: `${host.name} does not answer, waiting for it` }),
    });
  } catch (error) {
    if (!isSilence(error)) throw error;
    const message = `${host.name} fell silent while its updates were being installed: ${happenedIn(error)}`;
    const question = `Is ${host.name} up, and did its installation end? Look at it, then retry, skip or abort.`;
    throw failure('HostLost', message, { host: host.name, question }, { once: true });
  }
}

async function readReport(following: Following): Promise<InstallReport> {
  const { site, host, task, limits } = following;
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

/** A finished task that cannot be removed does no harm and must not hide what was installed: it is logged and left. */
async function removeTask(following: Following): Promise<void> {
  const { site, host, task, limits } = following;
  try {
    await patiently(following, () =>
      callHost(site, SCRIPTS.removeUpdateTask, host, {
        parameters: { HostName: host.name, TaskName: task.taskName },
        limitMs: limits.callMs,
      }),
    );
  } catch (error) {
    if (failureTypeOf(error) !== 'ScriptFailed') throw error;
    Context.current().log.warn('The finished update task stays on the host', {
      host: host.name,
      task: task.taskName,
      reason: happenedIn(error),
    });
  }
}

function overdue({ host, task, limits }: Following, { percent, current }: Progress): Error {
  const minutes = Math.round(limits.installMs / 60_000);
  return failure(
    'InstallTimeout',
    `The installation on ${host.name} did not end in ${minutes} min: ${percent} %, ${current || 'no update named'}.`,
    {
      host: host.name,
      question: `The task ${task.taskName} on ${host.name} still runs. Wait for it on the host, then retry, skip or abort.`,
    },
  );
}
