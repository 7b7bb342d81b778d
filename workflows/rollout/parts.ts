import type { PatchPlan } from '../../model/plan.ts';
import type { RunControl } from '../run/control.ts';
import type { RunRecord } from '../run/run-record.ts';
import type { RolloutSchedule } from './schedule.ts';
import type { Turns } from './turns.ts';

/** What every part of a rollout works on. A partition of a large run has one of its own and runs the same code. */
export interface Rollout {
  plan: PatchPlan;
  record: RunRecord;
  control: RunControl;
  schedule: RolloutSchedule;
  turns: Turns;
}
