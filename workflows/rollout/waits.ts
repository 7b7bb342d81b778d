import { CancellationScope } from '@temporalio/workflow';
import type { LockHolder, PlaceInLine } from '../../model/activities.ts';
import { followingControl } from '../activity-proxies.ts';
import { leaveLine } from '../locks/turn-locks.ts';
import { unlessLate, untilFree } from '../locks/until-free.ts';
import { summaryText } from '../text-limits.ts';

interface Wait {
  /** Targets that still want it. */
  ids: Set<string>;
  scope: CancellationScope;
  over: Promise<boolean>;
}

/** The waits of a run's targets for what other runs have. */
export class Waits {
  private readonly open = new Set<Wait>();

  /** Targets of one turn wait. `wait` tells whether it was over in time; `released` hears of it for each target that still wants it. */
  begin(ids: readonly string[], wait: () => Promise<boolean>, released: (id: string, inTime: boolean) => void): void {
    const scope = new CancellationScope();
    // Whatever goes wrong with a wait, it is over.
    const over = scope.run(wait).catch(() => false);
    const one: Wait = { ids: new Set(ids), scope, over };
    this.open.add(one);
    void this.tell(one, released);
  }

  private async tell(wait: Wait, released: (id: string, inTime: boolean) => void): Promise<void> {
    const inTime = await wait.over;
    this.open.delete(wait);
    for (const id of wait.ids) released(id, inTime);
  }

  /** A target does not want it any more. */
  giveUp(id: string): void {
    for (const { ids, scope } of this.open) if (ids.delete(id) && ids.size === 0) scope.cancel();
  }

  /** Ends every wait. A run must not end before that is done: a command behind its last one would fail its task for ever. */
  async leave(): Promise<void> {
    const waits = [...this.open];
    for (const { ids, scope } of waits) {
      ids.clear();
      scope.cancel();
    }
    await Promise.all(waits.map(({ over }) => over));
  }
}

/** Waits in line for a lock; false when `until` (epoch milliseconds) comes first. Who gives up, or comes too late, leaves the line. */
export async function inLine(lock: string, claim: PlaceInLine, pollMs: number, until: number): Promise<boolean> {
  let inTime = false;
  try {
    inTime = await untilFree(lock, claim, pollMs, until);
    return inTime;
  } finally {
    if (!inTime) await leaveLine(lock, claim.key);
  }
}

/** Waits for the end of another run's turn; false when `until` (epoch milliseconds) comes first. */
export async function untilEnded(
  holder: LockHolder,
  ids: readonly string[],
  pollMs: number,
  until: number,
): Promise<boolean> {
  const options = {
    summary: summaryText(`wait for ${ids.join(', ')}, in work in ${holder.runId}`),
    scheduleToCloseTimeout: Math.max(until - Date.now(), 1),
  };
  const held = { ...holder, lock: null, pollMs };
  return await unlessLate(followingControl({ pollMs }).awaitRelease.executeWithOptions(options, [held]));
}
