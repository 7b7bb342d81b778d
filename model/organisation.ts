import type { Inventory } from './inventory.ts';
import type { Limits } from './plan.ts';

/** What `config/` says of the organisation, parsed and checked. Durations are milliseconds. */
export interface Organisation {
  inventory: Inventory;
  sites: Site[];
  policies: Policies;
  /** What each runbook's own file says, `config/<runbook>.yaml`, by the name of the runbook. */
  settings: Record<string, unknown>;
}

export interface Site {
  name: string;
  title: string;
  /** IANA time zone, `Europe/Copenhagen`. */
  timeZone: string;
}

/** What holds for every run, whatever its input says. */
export interface Policies {
  limits: Limits;
  /** Targets in work at once that no input may exceed. */
  maxConcurrency: number;
}
