import type { Organisation } from '../../model/organisation.ts';
import type { Effect } from '../engine/fixture/runbook.ts';

/**
 * Where an activity is held. `before`: handed to the worker, and nothing done yet. `in`: what it asked for is done, and its answer is
 * not heard. `after`: the function has returned, and the server does not know it.
 */
export const WHENS = ['before', 'in', 'after'] as const;
export type When = (typeof WHENS)[number];

/** A place in one activity. */
export interface Point {
  /** How the id of the workflow ends that asks for the activity; empty for any. */
  of: string;
  /** Empty for any. */
  activity: string;
  /** Which of the activities that fit: 1 for the first. An activity counts once, however often it is tried. */
  occurrence: number;
  when: When;
}

/** What a worker's process needs to begin. */
export interface WorkerSetup {
  address: string;
  namespace: string;
  plantUrl: string;
  organisation: Organisation;
  /** File with the bundled workflows. */
  bundlePath: string;
}

/** Which of a process's workers: those of runs and planning, or those of the sites. */
export type Part = 'control' | 'sites';

/** What the parent says to a worker's process. */
export type ToWorker =
  | { say: 'begin'; setup: WorkerSetup }
  /** Holds activities at these points from now on, instead of any others. */
  | { say: 'arm'; points: Point[] }
  /** The activity at this point goes on. */
  | { say: 'release'; point: number }
  | { say: 'away' | 'back'; part: Part }
  /** The effect that the process asked for is done. */
  | { say: 'done'; effect: string };

/** What a worker's process says; points are told by their place in what was armed last. */
export type FromWorker =
  | { say: 'loaded' | 'armed' | 'works' | 'moved' }
  | { say: 'held'; point: number }
  | { say: 'do'; effect: Effect };
