import type { Plan, PlannedWindow } from '../../model/plan.ts';
import type { RunControl } from '../run/control.ts';
import type { Procedure, Stage } from '../run/procedure.ts';
import type { RunRecord } from '../run/record.ts';
import type { RolloutSchedule } from './schedule.ts';
import type { Turns } from './turns.ts';

/** Everything that a stage in progress works with. */
export interface StageInHand {
  procedure: Procedure;
  stage: Stage;
  /** Its targets, their waves and what it works by; of a stage that listed again, its own plan. */
  plan: Plan;
  /** Verdicts of guards that keep targets out of the stage; those of an earlier stage are settled. */
  verdicts: Plan['guards'];
  /** Null for a stage that only looks. */
  window: PlannedWindow | null;
  /** By target, the time before which its turn must not start, in epoch milliseconds; the opening of the window counts beside it. */
  notBefore: ReadonlyMap<string, number>;
  record: RunRecord;
  control: RunControl;
}

/** What every part of a rollout works on. */
export interface Rollout extends StageInHand {
  schedule: RolloutSchedule;
  turns: Turns;
}
