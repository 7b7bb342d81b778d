import type { Inventory } from './inventory.ts';
import type { Limits } from './plan.ts';

/** What `config/` says of the organisation, parsed and checked. Durations are milliseconds. */
export interface Organisation {
  inventory: Inventory;
  sites: Site[];
  policies: Policies;
}

export interface Site {
  name: string;
  title: string;
  /** IANA time zone, `Europe/Copenhagen`. */
  timeZone: string;
}

export interface Policies {
  limits: Limits;
  /** Expected duration of a turn by the host's `durationClass`. */
  durationClasses: Record<string, number>;
  /** Time limit of a reboot by class, where it differs from `limits.rebootMs`: physical servers, large cumulative updates. */
  rebootLimits: Record<string, number>;
  /** Hosts in work at once that no input may exceed. */
  maxConcurrency: number;
}
