import { setCurrentDetails } from '@temporalio/workflow';
import type { TargetState } from '../../model/ledger.ts';
import type { UpdateResult } from '../../model/plan.ts';
import type {
  LeftSnapshot,
  MaintenanceRecord,
  SnapshotRecord,
  StepRecord,
  TurnInput,
  TurnOutcome,
  TurnStep,
  TurnView,
} from '../../model/turn.ts';
import { MAX_EVENTS, MAX_STEP_NOTES } from '../../model/turn.ts';
import { turnDetails } from './turn-details.ts';
import { asStepFailure, type StepFailure } from './step-failure.ts';

const MAX_NOTE = 200;
const MAX_EVENT = 300;

/** What a turn knows of itself: its steps, what it changed and what it left behind. */
export class TurnRecord {
  readonly input: TurnInput;
  readonly steps: StepRecord[] = [];
  readonly startedAt = new Date().toISOString();
  /** Why the turn stops at its next safe point; null while nobody asked. */
  stopping: string | null = null;
  /** True once an installation or reboot was asked for: from then on the host is no longer as it was found. */
  changed: boolean;
  installed: number;
  rebooted: boolean;
  rebootedAfterInstall: boolean;
  /** True once verification passed, for the host and its group, and nothing was changed since. */
  verified: boolean;
  updates: UpdateResult[];
  maintenance: MaintenanceRecord | null;
  snapshot: SnapshotRecord | null;
  /** Snapshots of earlier windows, or over age, that are still on the machine. */
  snapshotsLeft: LeftSnapshot[] = [];
  pendingReboot = false;
  servicesDown: string[] = [];
  /** Services that ran before the run changed the host. Once it did, what a later turn finds running is not the measure any more. */
  ranBefore: string[];
  events: string[] = [];
  simulated: string[] = [];

  constructor(input: TurnInput) {
    this.input = input;
    const { before } = input;
    this.changed = before?.changed ?? false;
    this.installed = before?.installed ?? 0;
    this.rebooted = before?.rebooted ?? false;
    this.rebootedAfterInstall = before?.rebootedAfterInstall ?? false;
    this.verified = this.changed && (before?.groupSafe ?? false);
    this.maintenance = before?.maintenance ?? null;
    this.snapshot = before?.snapshot ?? null;
    this.ranBefore = before?.ranBefore ?? [];
    this.updates = [...input.target.otherUpdates, ...input.target.updates.map(notAttempted)];
    this.show();
  }

  /** Runs one step and keeps its record; whatever it throws becomes a `StepFailure`. */
  async step<T>(step: TurnStep, round: number, work: () => Promise<T>, say: (result: T) => string): Promise<T> {
    const entry: StepRecord = {
      step,
      round,
      startedAt: new Date().toISOString(),
      endedAt: null,
      result: 'running',
      text: '',
    };
    this.steps.push(entry);
    this.show();
    try {
      const result = await work();
      this.end(entry, 'done', say(result));
      return result;
    } catch (error) {
      const failure = asStepFailure(error);
      this.end(entry, 'failed', `${failure.type}: ${failure.message}`);
      throw failure;
    }
  }

  /** Notes a step that this turn leaves out, and why. */
  leftOut(step: TurnStep, why: string): void {
    const now = new Date().toISOString();
    this.steps.push({ step, round: 1, startedAt: now, endedAt: now, result: 'left-out', text: why });
    this.show();
  }

  /** Adds to the step in work whatever of the payload is text; anybody may send such a message, so nothing else is made of it. */
  keepNotes(payload: unknown): void {
    const step = this.steps.at(-1);
    const sent = typeof payload === 'object' && payload !== null && 'notes' in payload ? payload.notes : null;
    if (step === undefined || !Array.isArray(sent)) return;
    const texts = sent.filter((text) => typeof text === 'string').map((text) => text.slice(0, MAX_NOTE));
    step.notes = [...new Set([...(step.notes ?? []), ...texts])].slice(0, MAX_STEP_NOTES);
    this.show();
  }

  /** Keeps what the host's event log says of a failure. */
  keepEvents(texts: readonly string[]): void {
    this.events = texts.slice(0, MAX_EVENTS).map((text) => text.slice(0, MAX_EVENT));
    this.show();
  }

  outcome(state: TargetState, reason: string, failure: StepFailure | null): TurnOutcome {
    return {
      host: this.input.target.host,
      turn: this.input.turn,
      state,
      failure: failure?.type ?? null,
      reason,
      question: failure === null ? null : questionOf(failure, state),
      startedAt: this.startedAt,
      endedAt: new Date().toISOString(),
      steps: this.steps,
      updates: this.updates,
      changed: this.changed,
      installed: this.installed,
      rebooted: this.rebooted,
      rebootedAfterInstall: this.rebootedAfterInstall,
      groupSafe: this.verified || (!this.changed && !isGroupInDoubt(state, failure)),
      maintenance: this.maintenance,
      snapshot: this.snapshot,
      snapshotsLeft: this.snapshotsLeft,
      pendingReboot: this.pendingReboot,
      servicesDown: this.servicesDown,
      ranBefore: this.ranBefore,
      ...(this.events.length === 0 ? {} : { events: this.events }),
      simulated: this.simulated,
    };
  }

  view(): TurnView {
    const last = this.steps.at(-1);
    return {
      host: this.input.target.host,
      turn: this.input.turn,
      step: last?.step ?? null,
      text: last?.text ?? '',
      steps: this.steps,
      stopping: this.stopping,
    };
  }

  show(): void {
    setCurrentDetails(turnDetails(this));
  }

  private end(entry: StepRecord, result: StepRecord['result'], text: string): void {
    entry.endedAt = new Date().toISOString();
    entry.result = result;
    entry.text = text;
    this.show();
  }
}

/** A host that cannot be seen, or a group found unhealthy, is a reason to leave the other members alone, even if nothing was changed. */
function isGroupInDoubt(state: TargetState, failure: StepFailure | null): boolean {
  return (
    state === 'unreachable' ||
    state === 'unknown' ||
    failure?.type === 'GroupUnhealthy' ||
    failure?.type === 'AvailabilityGroupUnhealthy'
  );
}

/** Where nobody knows the host's state a person has to look, also after a failure that would end the turn without a question. */
function questionOf({ question, rule }: StepFailure, state: TargetState): string | null {
  return question ?? (rule.handling === 'ask' || state === 'unknown' ? rule.advice : null);
}

function notAttempted(update: { id: string; kb: string }): UpdateResult {
  return { id: update.id, kb: update.kb, outcome: 'not-attempted', detail: '' };
}
