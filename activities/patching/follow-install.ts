import { Context } from '@temporalio/activity';
import type { InstallReport, SiteActivities } from '../../model/activities.ts';
import { SCRIPTS } from '../../runbooks/patch-window/scripts/index.ts';
import { failure } from '../failure.ts';
import { callHost, failureTypeOf, happenedIn, isBusy } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readState } from './facts.ts';
import { patiently, type Following } from './following.ts';
import { beating } from './heartbeat.ts';
import { failForOneCause } from './install-failure.ts';
import { installReport } from './install-report.ts';
import { findHost } from './inventory-lookup.ts';

interface Progress {
  state: 'running' | 'finished' | 'missing';
  percent: number;
  current: string;
  error: { hresult: string; message: string } | null;
}

/**
 * Follows the task to its end, reads from the host what became of each update, and removes the task. Updates that failed are in the
 * report; the activity fails only where nothing was installed for one reason that the failure table knows, or where the end cannot
 * be told. A host that does not answer for a while is waited for: installing may restart its network. So is a worker that is too
 * busy to look: the installation goes on without it.
 */
export function followInstall(site: PatchingDependencies): SiteActivities['followInstall'] {
  return ({ target, task, settings }) =>
    beating(async (beat) => {
      const host = findHost(site, target.host);
      const { limits } = settings;
      const deadline = Date.parse(task.startedAt) + limits.installMs;
      const following: Following = { site, host, task, limits, deadline, beat };
      const end = await followToEnd(following);
      const report = await readReport(following);
      await removeTask(following);
      await failForOneCause(host, { ...end, report }, () => patiently(following, () => readState(site, host, limits)));
      return report;
    });
}

async function followToEnd(following: Following): Promise<Progress> {
  const { site, host, task, limits, deadline, beat } = following;
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

/** A finished task that is not removed does no harm and must not hide what was installed: it is logged and left. */
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
    if (failureTypeOf(error) !== 'ScriptFailed' && !isBusy(error)) throw error;
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
