import { CancelledFailure, Context } from '@temporalio/activity';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { HostFacts } from '../../model/patch-window/facts.ts';
import type { Limits } from '../../model/plan.ts';
import type { Surveyed } from '../../model/survey.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failureTypeOf, happenedIn } from '../step/failure.ts';
import { findHost } from '../step/inventory.ts';
import { beating } from '../step/step.ts';
import { readFacts } from './host-facts.ts';

/** Hosts read at once: enough to hide a slow one, few enough not to look like a scan to the network's guards. */
const AT_ONCE = 4;

/** Reads the facts of each host for the plan. One host that cannot be read never fails the survey. */
export function surveyHosts(site: StepDependencies): PatchActivities['surveyHosts'] {
  return ({ items, limits }) =>
    beating(async (beat) => {
      const answers: Surveyed<HostFacts>[] = Array.from({ length: items.length });
      const queue = items.entries();
      let done = 0;
      const reader = async (): Promise<void> => {
        for (const [index, name] of queue) {
          answers[index] = await survey(site, name, limits);
          done += 1;
          beat({ percent: Math.floor((100 * done) / items.length), current: name });
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, reader));
      return answers;
    });
}

async function survey(site: StepDependencies, name: string, limits: Limits): Promise<Surveyed<HostFacts>> {
  const { simulated } = site.shell;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { facts } = await readFacts(site, findHost(site, name), limits);
      return { id: facts.host, status: 'read', facts, simulated };
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      const reason = happenedIn(error);
      const type = failureTypeOf(error);
      const status = type === 'HostUnreachable' ? 'unreachable' : 'unreadable';
      if (attempt >= triesOf(type, limits)) return { id: name, status, reason, simulated };
    }
    await Context.current().sleep(limits.retryFirstMs * 2 ** (attempt - 1));
  }
}

/** A host that is off stays off, and a plan has many hosts; trouble of the worker says nothing about any of them. */
function triesOf(type: string | undefined, limits: Limits): number {
  if (type === 'ShellFailure') return limits.retryAttempts;
  return type === 'HostUnreachable' ? 2 : 1;
}
