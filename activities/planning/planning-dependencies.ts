import type { Client } from '@temporalio/client';
import type { Organisation } from '../../model/organisation.ts';

/** What the activities of the `control` queue are made from. `organisation` is asked at every call. */
export interface PlanningDependencies {
  organisation: () => Organisation;
  client: Client;
  /** SHA-256 of every script and host module that the worker started with, by file name. */
  scripts: Record<string, string>;
}
