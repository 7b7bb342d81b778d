import { CancellationScope, getExternalWorkflowHandle, log, workflowInfo } from '@temporalio/workflow';
import { lockName, type AfterEnd, type Claim, type LockAnswer } from '../../model/locks.ts';
import type { TurnInput } from '../../model/turn.ts';
import { followingControl } from '../activity-proxies.ts';
import { releaseLockSignal } from '../messages.ts';
import { label } from '../search-attributes.ts';
import { summaryText } from '../text-limits.ts';
import { limitReached } from '../turn/step-failure.ts';
import { firstToEnd } from './first-to-end.ts';
import { untilFree } from './until-free.ts';

const NOT_NOW: LockAnswer = { granted: false, heldBy: null, inDoubt: false, doubt: null };

/**
 * The locks of a turn beside its own workflow id. What it holds or asks for stands in its search attribute `FettleLocks`, by which a
 * lock knows whether its holder has it still: so it is named before it is asked for, and no longer named once the turn is done.
 */
export class TurnLocks {
  private readonly held = new Map<string, Claim>();
  private readonly named = new Set<string>();
  private readonly input: TurnInput;

  constructor(input: TurnInput) {
    this.input = input;
  }

  /** What the turn holds, with its claims: the answer of its query. */
  get claims(): Record<string, Claim> {
    return Object.fromEntries(this.held);
  }

  /**
   * Asks for a lock until `until` (epoch milliseconds). `after`: what makes sure that nothing of this turn is at work any more, should it
   * end without a word.
   */
  async ask(lock: string, after: AfterEnd | null, until: number, unless: () => boolean): Promise<LockAnswer> {
    this.name(lock, true);
    const claim = this.claim(after);
    const answer = await this.send(lock, claim, until, unless);
    if (answer.granted) this.held.set(lock, claim);
    else this.name(lock, false);
    return answer;
  }

  /** Asks again whether this turn still has what it was granted. Returns why not, or null. */
  async lost(until: number, unless: () => boolean): Promise<string | null> {
    for (const [lock, claim] of this.held) {
      const answer = await this.send(lock, claim, until, unless);
      if (answer.granted) continue;
      const { heldBy } = answer;
      if (heldBy === null) return `nobody has said that it has ${lockName(lock)} still`;
      return `run ${heldBy} has ${lockName(lock)} now`;
    }
    return null;
  }

  /** Waits in line for a lock that was not granted, until it is worth while to ask again; false when `until` comes first. */
  async untilFree(lock: string, until: number): Promise<boolean> {
    return await untilFree(lock, { ...this.claim(null), inDoubt: true }, this.input.limits.pollMs, until);
  }

  /** The turn is done with a lock, or does not wait for it any more. */
  async release(lock: string): Promise<void> {
    this.held.delete(lock);
    this.name(lock, false);
    await leaveLine(lock, this.key);
  }

  /** Does something while a lock is held that was granted, and releases it whatever becomes of that. */
  async holding<R>(lock: string, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } finally {
      await this.release(lock);
    }
  }

  async releaseAll(): Promise<void> {
    for (const lock of this.held.keys()) await this.release(lock);
  }

  private async send(lock: string, claim: Claim, until: number, unless: () => boolean): Promise<LockAnswer> {
    const { limits, letIn } = this.input;
    const options = {
      summary: summaryText(`${lockName(lock)}, for ${this.input.targets.map(({ target }) => target.id).join(', ')}`),
      scheduleToCloseTimeout: Math.max(until - Date.now(), 1),
    };
    try {
      const asked = { lock, claim, letIn: letIn.locks[lock] ?? null };
      const answer = firstToEnd(() => followingControl(limits).askLock.executeWithOptions(options, [asked]), unless);
      return (await answer) ?? NOT_NOW;
    } catch (error) {
      if (limitReached(error)) return NOT_NOW;
      throw error;
    }
  }

  private name(lock: string, isNamed: boolean): void {
    if (this.named.has(lock) === isNamed) return;
    if (isNamed) this.named.add(lock);
    else this.named.delete(lock);
    label({ locks: [...this.named] });
  }

  private get key(): string {
    return claimKey(this.input, workflowInfo().workflowId);
  }

  private claim(after: AfterEnd | null): Claim {
    const { workflowId, firstExecutionRunId: firstRunId, runId: executionRunId } = workflowInfo();
    const { run, limits } = this.input;
    return { key: this.key, workflowId, firstRunId, executionRunId, runId: run.runId, limits, after };
  }
}

/** Hints to a lock that somebody is done with it, or does not wait for it any more. */
export async function leaveLine(lock: string, key: string): Promise<void> {
  await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(lock).signal(releaseLockSignal, key)).catch(
    (error: unknown) => log.warn('the lock was gone before somebody was done with it', { lock, error }),
  );
}

/** A turn that its run starts again has its place in line still. */
export function claimKey({ run, stage }: Pick<TurnInput, 'run' | 'stage'>, turnId: string): string {
  return `${run.runKey}/${stage}/${turnId}`;
}
