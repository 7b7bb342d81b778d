import type { ControlActivities } from '../../model/activities.ts';
import { awaitRelease } from './await-release.ts';
import { describeHolder, type LockDependencies } from './describe-holder.ts';
import { endedTurn } from './ended-turn.ts';
import { followTurn } from './follow-turn.ts';

/** The activities of the `control` queue that look at workflows which are locks: who holds one, and when it is free. */
export function createLockActivities(
  dependencies: LockDependencies,
): Pick<ControlActivities, 'describeHolder' | 'endedTurn' | 'followTurn' | 'awaitRelease'> {
  return {
    describeHolder: describeHolder(dependencies),
    endedTurn: endedTurn(dependencies),
    followTurn: followTurn(dependencies),
    awaitRelease: awaitRelease(dependencies),
  };
}
