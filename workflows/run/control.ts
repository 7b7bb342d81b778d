import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import {
  CONTROL_MESSAGES,
  CONTROL_NAMES,
  claimOf,
  narrowControl,
  quoted,
  type ControlAnswer,
  type ControlName,
  type ControlRequest,
} from '../../model/messages.ts';
import type { HeldUpByQuestion } from '../../model/turn.ts';
import { controlSignal, controlUpdate } from '../messages.ts';
import { takeSignals } from '../signals.ts';
import type { RunRecord } from './record.ts';

/** What the rollout does for its operator. Each returns null, or why it refuses. `claim` is what the message said (`claimOf`). */
export interface Steering {
  retry(target: string, claim: string): string | null;
  skip(target: string, claim: string): string | null;
  abort(reason: string): void;
}

/** What a run asks by a pause of its own. */
export interface Asked {
  text: string;
  /** What a resume lets in. */
  heldUp: HeldUpByQuestion;
  target: string;
}

/**
 * The operator's control of a run: pause, resume, abort, retry and skip, by signal (always accepted, recorded) and by update
 * (answered). Nobody proved who sent a message, so a name in it stands in the record as a claim.
 */
export class RunControl {
  /** Why the run is paused; null while it is not. */
  paused: string | null = null;
  /** What the run asks while it is paused; the resume is the answer. */
  asked: Asked | null = null;
  /** Why the run stops; null while it does not. */
  aborting: string | null = null;
  /** Counts accepted messages, so that a waiting rollout sees that something came. */
  received = 0;
  private steering: Steering | null = null;
  private readonly record: RunRecord;

  constructor(record: RunRecord) {
    this.record = record;
  }

  /** Registered before the first await, so that early messages are not lost. */
  register(): void {
    takeSignals(
      () => CONTROL_NAMES.forEach((name) => this.handle(name)),
      (name) =>
        this.record.noteMessage(
          `A signal ${quoted(name.slice(0, 80))} came that this run does not know; nothing was done.`,
        ),
    );
  }

  private handle(name: ControlName): void {
    const { description } = CONTROL_MESSAGES[name];
    setHandler(controlSignal(name), (payload) => this.bySignal(name, payload), { description });
    setHandler(controlUpdate(name), (payload) => this.byUpdate(name, payload), {
      description,
      validator: (payload) => this.validate(name, payload),
    });
  }

  /** From now on targets can be retried and skipped; with null they no longer can. */
  steer(steering: Steering | null): void {
    this.steering = steering;
  }

  pause(reason: string): void {
    this.paused = reason;
    this.record.phase = 'paused';
  }

  ask(asked: Asked): void {
    this.asked = asked;
    this.pause(asked.text);
  }

  /** What there is to know while the run is paused: somebody may have paused it for another reason since it asked. */
  get pausedText(): string {
    const { paused, asked } = this;
    const why = asked === null || asked.text === paused ? paused : `${paused}; and ${asked.text}`;
    return `Paused: ${why}. Nothing new starts; resume or abort it.`;
  }

  abort(reason: string): void {
    if (this.aborting !== null) return;
    this.aborting = reason;
    this.record.phase = 'aborting';
    this.steering?.abort(reason);
    this.record.note(`abort: ${reason}`);
  }

  private bySignal(name: ControlName, payload: unknown): void {
    const narrowed = narrowControl(name, payload);
    if (!narrowed.ok) return this.record.noteMessage(`refused: ${narrowed.problem}`);
    const answer = this.apply(narrowed.value);
    if (!answer.accepted) this.record.noteMessage(`refused: ${name}: ${answer.text}`);
  }

  private byUpdate(name: ControlName, payload: unknown): ControlAnswer {
    const narrowed = narrowControl(name, payload);
    if (!narrowed.ok) return { accepted: false, text: narrowed.problem };
    const answer = this.apply(narrowed.value);
    if (!answer.accepted) this.record.noteMessage(`refused: ${name}: ${answer.text}`);
    return answer;
  }

  /** Refuses malformed messages before they are accepted; the Web UI shows the text. */
  private validate(name: ControlName, payload: unknown): void {
    const narrowed = narrowControl(name, payload);
    if (!narrowed.ok) throw ApplicationFailure.nonRetryable(narrowed.problem, 'InvalidInput');
  }

  private apply(request: ControlRequest): ControlAnswer {
    const { name, reason, target } = request;
    const claim = claimOf(request);
    const refusal = this.act(name, claim, target);
    if (refusal !== null) return { accepted: false, text: refusal };
    this.received += 1;
    const what = target === null ? name : `${name} ${target}`;
    if (name !== 'abort') this.record.noteMessage(`${what}, ${claim}`);
    return { accepted: true, text: `${what}: done. ${reason}` };
  }

  private act(name: ControlName, claim: string, target: string | null): string | null {
    if (this.aborting !== null && name !== 'abort') return `the run is being aborted: ${this.aborting}`;
    switch (name) {
      case 'pause':
        this.pause(claim);
        return null;
      case 'resume':
        if (this.paused === null) return 'the run is not paused';
        this.paused = null;
        if (this.asked !== null) this.record.admit(this.asked.heldUp, claim);
        this.asked = null;
        this.record.phase = this.record.plan === null ? 'planning' : 'running';
        return null;
      case 'abort':
        this.abort(claim);
        return null;
      case 'retryTarget':
        return this.steering?.retry(target ?? '', claim) ?? this.notYet();
      case 'skipTarget':
        return this.steering?.skip(target ?? '', claim) ?? this.notYet();
    }
  }

  private notYet(): string | null {
    if (this.steering !== null) return null;
    return this.record.plan === null
      ? 'the run is still planning; try again in a moment'
      : 'no stage is at work now; try again when the next one has begun';
  }
}
