import type { AskLock, Claim, HolderInDoubt, LockAnswer, LockState } from '../../model/locks.ts';

const GRANTED: LockAnswer = { granted: true, heldBy: null, inDoubt: false, doubt: null };

/**
 * Who has a lock, who waits for it, and whether its last holder left it in doubt. It only decides; the lock's workflow finds out how
 * holders are.
 *
 * Invariants, held by property tests: it is granted to one holder at a time, in the order of asking; nobody gets it while its last
 * holder is in doubt, but the next turn on that same target, which looks at it itself.
 */
export class LockLine {
  private current: LockState;

  constructor(state: LockState) {
    this.current = { ...state };
  }

  get state(): LockState {
    return this.current;
  }

  get holder(): Claim | null {
    return this.current.holders[0] ?? null;
  }

  /** Whose turn it is when the lock is free. */
  get first(): Claim | null {
    return this.current.line[0] ?? null;
  }

  get doubt(): HolderInDoubt | null {
    return this.current.doubt;
  }

  get isIdle(): boolean {
    return this.holder === null && this.first === null;
  }

  /** Holders that a lock which begins anew has found. */
  found(holders: readonly Claim[]): void {
    this.current.holders = [...holders];
  }

  /** Grants it, or gives a place in line; whoever has it or waits already is told how it stands. */
  ask({ claim, letIn }: AskLock): LockAnswer {
    const { holders, doubt } = this.current;
    const own = holders.find((holder) => isSame(holder, claim));
    if (own !== undefined) return this.keep(own, claim);
    if (doubt !== null && (letIn === doubt.claim.firstRunId || claim.workflowId === doubt.claim.workflowId)) {
      this.release(doubt.claim);
      // Whoever answers for the doubt, or is on that target itself, goes first: the others would have to ask again.
      this.placeInLine(claim, 'first');
    }
    this.placeInLine(claim, 'last');
    if (this.holder === null && this.first?.key === claim.key) {
      this.current.line = this.current.line.slice(1);
      this.current.holders = [claim];
      return GRANTED;
    }
    const heldBy = (this.holder ?? this.first)?.runId ?? null;
    return { granted: false, heldBy, inDoubt: this.doubt !== null, doubt: this.told };
  }

  /** Somebody in line does not wait any more. */
  withdraw(key: string): void {
    this.current.line = this.current.line.filter((claim) => claim.key !== key);
  }

  /** A holder is done. */
  release(claim: Claim): void {
    this.current.holders = this.current.holders.filter((holder) => !isSame(holder, claim));
    if (this.doubt !== null && isSame(this.doubt.claim, claim)) this.current.doubt = null;
  }

  /** A holder ended without saying that it is done. */
  doubtAbout(claim: Claim): HolderInDoubt {
    this.current.doubt = { claim, text: null };
    return this.current.doubt;
  }

  /** Only a person can say now that the doubt is over. */
  askPerson(doubt: HolderInDoubt, text: string): void {
    if (this.doubt?.claim === doubt.claim) this.current.doubt = { ...doubt, text };
  }

  private keep(own: Claim, claim: Claim): LockAnswer {
    // What it said first stands: it is what a look after its end goes by.
    const kept = {
      ...own,
      executionRunId: claim.executionRunId,
      limits: own.limits ?? claim.limits,
      after: own.after ?? claim.after,
    };
    this.current.holders = this.current.holders.map((holder) => (holder === own ? kept : holder));
    // Its turn was reset after it had ended: it is at work again.
    if (this.doubt !== null && isSame(this.doubt.claim, own)) this.current.doubt = null;
    return GRANTED;
  }

  private placeInLine(claim: Claim, where: 'first' | 'last'): void {
    const { line } = this.current;
    const others = line.filter(({ key }) => key !== claim.key);
    if (where === 'first') this.current.line = [claim, ...others];
    else if (others.length === line.length) this.current.line = [...line, claim];
    else this.current.line = line.map((one) => (one.key === claim.key ? claim : one));
  }

  private get told(): LockAnswer['doubt'] {
    const { doubt } = this.current;
    return doubt === null || doubt.text === null ? null : { of: doubt.claim.firstRunId, text: doubt.text };
  }
}

/** A holder is known by workflow id and first execution run id: a reset changes neither. */
export function isSame(one: Claim, other: Claim): boolean {
  return one.workflowId === other.workflowId && one.firstRunId === other.firstRunId;
}
