import type { InstallTask } from '../../model/activities.ts';
import type { InventoryHost } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import { failure } from '../failure.ts';
import { happenedIn, isBusy, isSilence } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import type { Beat } from './heartbeat.ts';
import { untilAnswered } from './patience.ts';

/** An installation that is followed. */
export interface Following {
  site: PatchingDependencies;
  host: InventoryHost;
  task: InstallTask;
  limits: Limits;
  /** Epoch milliseconds at which the installation has had its time. */
  deadline: number;
  beat: Beat;
}

/**
 * Waits through silence no longer than a reboot may take, and through a busy worker until the installation has had its time; after
 * that nobody knows what became of the installation.
 */
export async function patiently<T>({ host, limits, deadline, beat }: Following, call: () => Promise<T>): Promise<T> {
  try {
    return await untilAnswered(call, {
      pollMs: limits.pollMs,
      patienceMs: limits.rebootMs,
      busyMs: deadline - Date.now(),
      onFailure: (error) => {
        const why = isBusy(error) ? 'this worker is too busy to look' : `${host.name} does not answer`;
        beat({ percent: 0, current: `${why}, waiting for it` });
      },
    });
  } catch (error) {
    const detail = {
      host: host.name,
      question: `Is ${host.name} up, and did its installation end? Look at it, then retry, skip or abort.`,
    };
    if (isBusy(error)) {
      const message = `Nobody could look how the installation on ${host.name} goes: ${happenedIn(error)}`;
      throw failure('PowerShellBusy', message, detail, { once: true });
    }
    if (!isSilence(error)) throw error;
    const message = `${host.name} fell silent while its updates were being installed: ${happenedIn(error)}`;
    throw failure('HostLost', message, detail, { once: true });
  }
}
