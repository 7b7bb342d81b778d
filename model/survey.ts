import type { Limits } from './plan.ts';

/** One page of a survey: what a worker near the targets is asked to read before the plan is made. */
export interface SurveyRequest {
  /** Names to look at: hosts, or where targets are to be found. */
  items: string[];
  limits: Limits;
}

/** What the survey says of one item. One that cannot be read never fails the survey. */
export type Surveyed<F = unknown> =
  | { id: string; status: 'read'; facts: F; simulated: string[] }
  | { id: string; status: 'unreachable' | 'unreadable'; reason: string; simulated: string[] };

export type Survey<F = unknown> = (request: SurveyRequest) => Promise<Surveyed<F>[]>;
