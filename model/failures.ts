import type { TargetState } from './ledger.ts';
import type { Look } from './look.ts';
import type { OtherScripts } from './turn.ts';

/** What the turn of a target does after a failure, once the retries of the step are used up (`docs/failures.md`). */
export type Handling = 'end' | 'reboot-and-retry' | 'ask' | 'refuse';

export interface FailureRule {
  /** Whether the same step may be tried again by itself, after a wait. */
  retry: boolean;
  handling: Handling;
  /** The state in which the target ends. */
  state: TargetState;
  /** What the operator does next. */
  advice: string;
  /**
   * It failed on our side of the connection, so it says nothing about the host. Once an install or a reboot was asked for, nobody
   * can say then how the host is.
   */
  blind?: true;
  /** It says that the target's redundancy group cannot do without another member now. */
  doubtsGroup?: true;
}

const end = (advice: string): FailureRule => ({ retry: false, handling: 'end', state: 'failed', advice });
const ask = (advice: string, state: TargetState = 'failed'): FailureRule => ({
  retry: false,
  handling: 'ask',
  state,
  advice,
});
const refuse = (advice: string): FailureRule => ({ retry: false, handling: 'refuse', state: 'skipped', advice });
const notNow = (advice: string): FailureRule => ({ ...refuse(advice), state: 'not-started' });
const retryThen = (handling: Handling, advice: string, state: TargetState = 'failed'): FailureRule => ({
  retry: true,
  handling,
  state,
  advice,
});

/** The one table of failure types. Only these leave an activity or a workflow, as the type of an `ApplicationFailure`. */
export const FAILURES = {
  // The run
  InvalidInput: end('Correct every problem that is listed and start again; nothing was changed.'),
  PlanRefused: end('Read the reasons, change the input or the inventory, and plan again; nothing was changed.'),
  Draining: end(
    'Start it again when the drain is over (`npx fettle drain --end --reason "why"` ends it, `npx fettle list` shows it); nothing was changed.',
  ),
  PlanTooLarge: end('Split the run by wave, tag or site; nothing was changed.'),
  NotStartedByRun: refuse('Start the runbook itself, and let it start its turns; nothing was changed.'),

  // Guards at the target's turn
  TargetBusy: notNow('Leave the target to the next window, or retry it when the run that holds it has ended.'),
  LockBusy: notNow('Leave the target to the next window, or retry it when the run that holds the lock is done.'),
  LockInDoubt: notNow(
    'Look at the target that the turn before left, and at its redundancy group; then resume the run, or skip the target.',
  ),
  TargetChanged: refuse('The target is no longer what was planned: plan again and start a new run for it.'),
  UseCau: refuse('Patch the failover cluster with Cluster-Aware Updating, or pause and drain the node and retry.'),
  ControlPlane: refuse('Give the host a last wave of its own, or leave it out, then plan again.'),
  PendingReboot: refuse('Reboot the host first, or let the input allow that a pending reboot is finished first.'),
  BackupMissing: refuse('Make and verify a backup, or allow a snapshot, then retry the target.'),
  FactMissing: ask('Add the missing fact to the inventory or mend its source, then plan again.'),
  ScanStale: ask('Let the host scan its update source successfully, then retry the target.'),
  AvailabilityGroupPrimary: ask('Fail the availability group over as the question says, then retry the target.'),
  AvailabilityGroupUnhealthy: {
    ...ask('Bring the databases that must carry on to SYNCHRONIZED and HEALTHY, then retry the target.'),
    doubtsGroup: true,
  },
  LowDisk: end('Free disk space on the host, then retry the target.'),
  DatastoreFull: end('Free space or remove snapshots on the datastore, then retry the target.'),
  DatastoreBusy: notNow('Leave the snapshot to the next window, or remove it by hand once the datastore is free.'),
  WindowClosing: notNow('Leave the target to the next window.'),

  // Reaching the host
  HostUnreachable: retryThen(
    'end',
    'Check that the host is up and its remoting answers, then retry the target; one that planning did not reach needs a new run.',
    'unreachable',
  ),
  HostLost: retryThen(
    'ask',
    'The connection broke in the middle of a step: look at the host before you retry.',
    'unknown',
  ),
  ShellTimeout: retryThen('ask', 'The host did not answer in time: look at its state before you retry.', 'unknown'),
  ShellCancelled: ask('The step was cancelled while it ran: look at the host before you retry.', 'unknown'),
  ShellFailure: {
    ...retryThen(
      'end',
      'PowerShell on the worker failed, which says nothing about the host: run `npx fettle doctor` there, then retry the target.',
      'not-started',
    ),
    blind: true,
  },
  StateUnknown: ask('A step that must not run twice may or may not have run: look at the host and decide.', 'unknown'),
  NotOver: retryThen('ask', 'Nothing is to be done: it is looked at again by itself.', 'unknown'),
  NoWorker: {
    retry: false,
    handling: 'end',
    state: 'unreachable',
    advice: 'Start a worker for the site (`npx fettle worker --site NAME`), then retry the target.',
    blind: true,
  },
  ScriptNotPinned: {
    ...end(
      'A script on the worker is not the one in its manifest, and was not run: run `npx fettle scripts check` there, then retry the target.',
    ),
    blind: true,
  },
  ScriptsDiffer: ask(
    'Resume the run to go on with the scripts that are there, or start a worker with the planned ones and resume; or skip the target.',
    'not-started',
  ),
  SecretMissing: {
    ...end(
      "Provide the secret that the message names on the site's workers, or correct its reference, then retry the target.",
    ),
    blind: true,
  },
  TransportRefused: {
    ...end(
      "Correct the host's connection in the inventory, or serve its site by a worker that can use it, then plan again.",
    ),
    blind: true,
  },
  ContractViolation: end(
    "A script returned something that its contract does not allow: report it with the step's record.",
  ),
  ScriptFailed: end("Read the script's message on the step, mend its cause and retry the target."),

  // Updates
  UpdateBusy: retryThen('ask', 'Another installation holds the update service: find out which, then retry the target.'),
  TaskRunning: ask(
    'An update task of an earlier turn still runs on the host: wait for its end, then retry the target.',
  ),
  UpdateNeedsReboot: {
    retry: false,
    handling: 'reboot-and-retry',
    state: 'failed',
    advice: 'The host wants a reboot before it installs: reboot it and retry the target.',
  },
  UpdateShuttingDown: retryThen(
    'ask',
    'The host is shutting down by itself: find out why before you retry.',
    'unknown',
  ),
  UpdateSourceUnreachable: retryThen(
    'ask',
    'The update source cannot be reached: check WSUS and the proxy, then retry the target.',
  ),
  UpdateFailed: {
    retry: false,
    handling: 'reboot-and-retry',
    state: 'failed',
    advice: "Look the HRESULT up in the host's update log, mend its cause and retry the target.",
  },
  UpdateLoop: end("The same updates are offered again after they were installed: repair the host's servicing stack."),
  UpdateNotOffered: ask(
    'An approved update is not offered to the host: approve it at the update source or exclude it.',
  ),
  InstallTimeout: ask('The installation did not end in its time: look at the host before you retry.', 'unknown'),
  TaskRefused: end(
    'The folder of the update task on the host has another owner or access list than ours: have it looked at.',
  ),

  // Reboot and after
  RebootTimeout: ask('The host did not come back in its time: look at its console.', 'unknown'),
  ServiceDown: ask('A service that ran before does not run: start it, then retry the target.'),
  ProbeFailed: ask('A health probe fails: mend its cause, then retry the target.'),
  GroupUnhealthy: {
    ...ask('The redundancy group is not healthy: mend it before another member is touched.'),
    doubtsGroup: true,
  },
  UnhealthyAfterSoak: ask('The host was healthy after patching and is not any more: look at it before the next wave.'),

  // Endpoints
  MaintenanceFailed: retryThen(
    'ask',
    'The monitoring system refused maintenance mode: set it by hand, then retry the target.',
  ),
  SnapshotFailed: end('The hypervisor could not take the snapshot: mend its cause, or allow the run without one.'),
  SnapshotRemovalFailed: retryThen('end', 'Remove the snapshot that is named by hand: it holds up its datastore.'),
} as const satisfies Record<string, FailureRule>;

export type FailureType = keyof typeof FAILURES;

export function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(FAILURES, type);
}

/** The rule for a failure type; what is not in the table is treated as a script that failed. */
export function failureRule(type: unknown): FailureRule {
  return isFailureType(type) ? FAILURES[type] : FAILURES.ScriptFailed;
}

/** Whether a target that ended so leaves its redundancy group in doubt: one that cannot be seen, or whose group was found unhealthy. */
export function leavesGroupInDoubt(state: TargetState, failure: unknown): boolean {
  return state === 'unreachable' || state === 'unknown' || failureRule(failure).doubtsGroup === true;
}

/** What an activity says about its failure, beside type and message: the first entry of the failure's `details`. */
export interface FailureDetail {
  /** Name of the host or target that it is about. */
  host?: string | undefined;
  /** `0x80240009`, where the failure came from Windows. */
  hresult?: string | undefined;
  /** The question that a person has to answer, where the rule says *ask*. */
  question?: string | undefined;
  /** What was seen of something that is not over yet. */
  look?: Look | undefined;
  /** What the scripts of the step said beside their results. */
  notes?: string[] | undefined;
  /** Set where the turn stops and its run asks. */
  heldUp?: OtherScripts | undefined;
  /** What may have been done all the same, in the shape of the step's own record. */
  perhaps?: unknown;
  /** It was refused, and certainly nothing was sent before that would change anything. */
  nothingSent?: boolean | undefined;
}
