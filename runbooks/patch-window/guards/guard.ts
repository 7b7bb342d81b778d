import type { HostFacts } from '../../../model/patch-window/facts.ts';
import { failureRule } from '../../../model/failures.ts';
import type { FailureType } from '../../../model/failures.ts';
import type { InventoryHost } from '../../../model/inventory.ts';
import type { PatchLimits } from '../../../model/patch-window/plan.ts';

/** When a guard speaks: once for the plan, and again at the target's turn with fresh facts. */
export type GuardMoment = 'planning' | 'preflight' | 'before-install' | 'before-reboot';

/** What the guards of roles look at; a `GuardContext` is one too. */
export interface RoleGuardContext {
  moment: GuardMoment;
  host: InventoryHost;
  facts: Pick<HostFacts, 'roles'>;
}

/** What a guard looks at: the inventory's word, what was read from the host, and what the run was allowed to do. */
export interface GuardContext extends RoleGuardContext {
  facts: HostFacts;
  limits: PatchLimits;
  /** Whether the turn takes a snapshot of this host. */
  snapshot: boolean;
  finishPendingReboot: boolean;
  /** Expected duration of the host's turn, in milliseconds. */
  expectedMs: number;
  /** Opening of the window, ISO 8601 in UTC; null where it is open already. */
  opensAt: string | null;
  /** End of the window, ISO 8601 in UTC. */
  closesAt: string;
  /** ISO 8601 in UTC. */
  now: string;
}

/** What a guard says. `refuse` and `ask` keep the host out of the run; a `note` is for the record. */
export type GuardFinding =
  | { guard: string; verdict: 'note'; failure: null; reason: string; question: null }
  | { guard: string; verdict: 'refuse'; failure: FailureType; reason: string; question: null }
  | { guard: string; verdict: 'ask'; failure: FailureType; reason: string; question: string };

/** One rule that a host must keep to: pure, and silent (an empty list) when all is well. */
export type Guard = (context: GuardContext) => GuardFinding[];
export type RoleGuard = (context: RoleGuardContext) => GuardFinding[];

export function note(guard: string, reason: string): GuardFinding {
  return { guard, verdict: 'note', failure: null, reason, question: null };
}

/** An objection: refused or asked as the failure table rules. The table's advice is the question where the guard has none of its own. */
export function objection(guard: string, failure: FailureType, reason: string, question?: string): GuardFinding {
  const rule = failureRule(failure);
  if (rule.handling !== 'ask') return { guard, verdict: 'refuse', failure, reason, question: null };
  return { guard, verdict: 'ask', failure, reason, question: question ?? rule.advice };
}

/** Facts that hold before the turn's first step only: the turn itself changes them. */
export function beforeTheTurn(moment: GuardMoment): boolean {
  return moment === 'planning' || moment === 'preflight';
}
