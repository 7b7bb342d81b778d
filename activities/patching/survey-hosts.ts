import { CancelledFailure, Context } from '@temporalio/activity';
import type { SiteActivities } from '../../model/activities.ts';
import type { SurveyedHost } from '../../model/facts.ts';
import type { Limits } from '../../model/plan.ts';
import { failureTypeOf, happenedIn } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readFacts } from './facts.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';

/** Hosts read at once: enough to hide a slow one, few enough not to look like a scan to the network's guards. */
const AT_ONCE = 4;

/** Reads the facts of each host for the plan. One host that cannot be read never fails the survey. */
export function surveyHosts(site: PatchingDependencies): SiteActivities['surveyHosts'] {
  return ({ hosts, limits }) =>
    beating(async (beat) => {
      const answers: SurveyedHost[] = Array.from({ length: hosts.length });
      const queue = hosts.entries();
      let done = 0;
      const reader = async (): Promise<void> => {
        for (const [index, name] of queue) {
          answers[index] = await survey(site, name, limits);
          done += 1;
          beat({ percent: Math.floor((100 * done) / hosts.length), current: name });
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, hosts.length) }, reader));
      return answers;
    });
}

async function survey(site: PatchingDependencies, name: string, limits: Limits): Promise<SurveyedHost> {
  const { simulated } = site.shell;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { facts } = await readFacts(site, findHost(site, name), limits);
      return { host: facts.host, status: 'read', facts, simulated };
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      const reason = happenedIn(error);
      const type = failureTypeOf(error);
      const status = type === 'HostUnreachable' ? 'unreachable' : 'unreadable';
      if (attempt >= triesOf(type, limits)) return { host: name, status, reason, simulated };
    }
    await Context.current().sleep(limits.retryFirstMs * 2 ** (attempt - 1));
  }
}

/** A host that is off stays off, and a plan has many hosts; trouble of the worker says nothing about any of them. */
function triesOf(type: string | undefined, limits: Limits): number {
  if (type === 'PowerShellBusy' || type === 'ShellFailure') return limits.retryAttempts;
  return type === 'HostUnreachable' ? 2 : 1;
}
