import type { ControlActivities } from '../../model/activities.ts';
import { askLock } from './ask-lock.ts';
import { awaitLock } from './await-lock.ts';
import { awaitRelease } from './await-release.ts';
import { describeHolder } from './describe-holder.ts';
import { endedTurn } from './ended-turn.ts';
import { followTurn } from './follow-turn.ts';
import { holdersOf } from './holders-of.ts';
import type { LockDependencies } from './lock-dependencies.ts';

export type LockActivities = Pick<
  ControlActivities,
  'askLock' | 'awaitLock' | 'awaitRelease' | 'describeHolder' | 'endedTurn' | 'followTurn' | 'holdersOf'
>;

/** The activities of the `control` queue about locks: who holds one, asking for one, and when it is free. */
export function createLockActivities(dependencies: LockDependencies): LockActivities {
  return {
    askLock: askLock(dependencies),
    awaitLock: awaitLock(dependencies),
    awaitRelease: awaitRelease(dependencies),
    describeHolder: describeHolder(dependencies),
    endedTurn: endedTurn(dependencies),
    followTurn: followTurn(dependencies),
    holdersOf: holdersOf(dependencies),
  };
}
