import type { InventoryHost } from '../../model/inventory.ts';
import { lookText, type Look } from '../../model/look.ts';
import type { LeftBehind } from '../../model/locks.ts';
import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { Limits } from '../../model/plan.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, happenedIn, isSilence } from '../step/failure.ts';
import { hostAsItIs } from '../step/inventory.ts';
import { lookOnce, type Seen } from '../step/look.ts';
import { unfitness } from './group.ts';
import { readState } from './host-facts.ts';

/**
 * Looks at a host after a turn that nobody saw the end of: an update task of ours that still runs there is waited for; then what is
 * wrong with the host, as a member of its group.
 */
export function lookAfter(site: StepDependencies): PatchActivities['lookAfter'] {
  return (request) => {
    const { target, limits, silentMs, last } = request;
    const giveUp = (look: Look) => (last === true || look.unansweredMs > silentMs ? stillAtWork(target, look) : null);
    return lookOnce({ pollMs: limits.pollMs, giveUp }, () => lookAt(site, hostAsItIs(site, request), limits));
  };
}

async function lookAt(site: StepDependencies, host: InventoryHost, limits: Limits): Promise<Seen<LeftBehind>> {
  try {
    const state = await readState(site, host, limits);
    const { tasks, servicing } = state.installer;
    if (tasks.length > 0) return { current: `${tasks.join(', ')} still runs on ${host.name}` };
    if (servicing) return { current: `servicing has not finished on ${host.name}` };
    return { over: { unfit: (await unfitness(site, host, state, limits)).map((fault) => `${host.name}: ${fault}`) } };
  } catch (error) {
    if (!isSilence(error)) throw error;
    return { current: `${host.name} does not answer: ${happenedIn(error)}`, unanswered: true };
  }
}

function stillAtWork(name: string, look: Look): Error {
  const happened = `Last look at ${look.at}: ${lookText(look)}`;
  return failure(
    look.unanswered > 0 ? 'HostUnreachable' : 'TaskRunning',
    happened,
    { host: name, look },
    { once: true },
  );
}
