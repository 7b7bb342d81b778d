import { countLedger, type LedgerCounts, type TargetState } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import { siteOf } from '../../model/queues.ts';
import type { LedgerEntry, LedgerPage, StageCounts } from '../../model/run.ts';
import { withoutSteps, type Outcome } from '../../model/turn.ts';

const MAX_PAGE = 200;
/** Characters of a reason after which nothing is added. */
const MAX_REASON = 2_000;

/** A ledger as it travels to the next execution of its run. */
export interface LedgerState<O> {
  entries: LedgerEntry<O>[];
  outcomes: Outcome<O>[];
  stages: [string, [string, TargetState][]][];
}

/**
 * The targets of a run: one entry for each from the moment the plan is there, whose states sum to the plan at every moment. A
 * target in work counts as `unknown` until its turn has ended. A target's state is that of the last stage in which it had a turn.
 */
export class Ledger<O = unknown> {
  private readonly entries = new Map<string, LedgerEntry<O>>();
  /** Of each target, how it ended in each stage that it took, in their order. */
  private readonly outcomes = new Map<string, Outcome<O>[]>();
  private readonly stages = new Map<string, Map<string, TargetState>>();
  private readonly changed: () => void;

  /** `changed` is called after each change. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  adopt(plan: Plan): void {
    for (const { id, queue, lock } of plan.material.targets) {
      this.entries.set(id, {
        id,
        site: siteOf(queue),
        turnId: lock,
        wave: '',
        state: 'not-started',
        progress: 'waiting',
        turns: 0,
        reason: '',
        question: null,
        outcome: null,
      });
    }
    this.placeInWaves(plan);
  }

  /** A stage begins with these targets, each with the id of its turn; the others stay as they ended before. */
  enter(stage: string, plan: Plan, turnIds: ReadonlyMap<string, string>): void {
    this.stages.set(stage, new Map([...turnIds.keys()].map((id) => [id, 'not-started'])));
    this.placeInWaves(plan);
    for (const [id, turnId] of turnIds) this.put(id, { progress: 'waiting', turns: 0, turnId });
    this.changed();
  }

  get rows(): LedgerEntry<O>[] {
    return [...this.entries.values()];
  }

  get counts(): LedgerCounts {
    return countLedger(this.rows.map(({ state }) => state));
  }

  get stageCounts(): StageCounts[] {
    return [...this.stages].map(([name, states]) => ({ name, ledger: countLedger(states.values()) }));
  }

  entry(id: string): LedgerEntry<O> | undefined {
    return this.entries.get(id);
  }

  outcomesOf(id: string): readonly Outcome<O>[] {
    return this.outcomes.get(id) ?? [];
  }

  /** Marks it in work; returns the number of this turn within the stage. */
  begin(id: string): number {
    const turns = (this.entries.get(id)?.turns ?? 0) + 1;
    this.inStage(id, 'unknown');
    const question = this.askedElsewhere(id, this.stage);
    this.set(id, { state: 'unknown', progress: 'in-work', turns, reason: '', question });
    return turns;
  }

  /** A turn has ended. */
  end(id: string, outcome: Outcome<O>): void {
    const { state, reason, stage } = outcome;
    this.outcomes.set(id, [...this.outcomesOf(id).filter((one) => one.stage !== stage), outcome]);
    this.stages.get(stage)?.set(id, state);
    const question = outcome.question ?? this.askedElsewhere(id, stage);
    this.set(id, { state, progress: 'ended', reason, question, outcome });
  }

  /**
   * A target ends without a turn of its own. One that already had a turn keeps that turn's state; the reason is added. Returns the
   * state that it has in the stage.
   */
  endWithoutTurn(id: string, state: TargetState, reason: string, question: string | null): TargetState {
    const before = this.entries.get(id)?.outcome ?? null;
    if (before !== null && before.stage === this.stage) {
      const { heldUp, ...last } = before;
      const told = longer(last.reason, `Another turn was asked for and did not come: ${reason}`);
      // One that was held up before anything was changed has had no turn yet.
      const kept = heldUp !== undefined && last.state === 'not-started' ? state : last.state;
      this.end(id, { ...last, state: kept, reason: told });
      return kept;
    }
    this.inStage(id, state);
    if (before === null) this.set(id, { state, progress: 'ended', reason, question });
    else {
      const told = `${before.reason} The stage "${this.stage}" did not come to it: ${reason}`;
      this.set(id, { progress: 'ended', reason: told, question: this.askedElsewhere(id, this.stage) ?? question });
    }
    return state;
  }

  /** The turn that was to begin waits for its lock: the target is as its last turn left it. */
  holdBack(id: string, reason: string): void {
    const { outcome = null, turns = 1 } = this.entries.get(id) ?? {};
    const state = outcome?.state ?? 'not-started';
    this.inStage(id, outcome?.stage === this.stage ? state : 'not-started');
    const question = outcome?.question ?? this.askedElsewhere(id, this.stage);
    this.set(id, { state, progress: 'waiting', turns: turns - 1, reason, question });
  }

  /** Its turn was held up: the target is as that one left it, and waits for the next, which gets another number. */
  holdUp(id: string, outcome: Outcome<O>): void {
    this.end(id, outcome);
    this.put(id, { progress: 'waiting' });
  }

  /** An operator's retry. Until the turn begins, the target is as its last turn left it. */
  waitAgain(id: string): void {
    const reason = longer(this.entries.get(id)?.reason ?? '', 'Waits for another turn.');
    this.set(id, { progress: 'waiting', reason });
  }

  /** One page. A malformed request gets page 1. */
  page(request: unknown): LedgerPage {
    const asked = typeof request === 'object' && request !== null ? (request as Record<string, unknown>) : {};
    const size = bounded(asked['pageSize'], 50, MAX_PAGE);
    const pages = Math.max(1, Math.ceil(this.entries.size / size));
    const page = bounded(asked['page'], 1, pages);
    return { page, pages, total: this.entries.size, entries: this.rows.slice((page - 1) * size, page * size) };
  }

  /** What the next execution goes on with; what happened in single steps stays in the histories of the turns. */
  handOn(): LedgerState<O> {
    return {
      entries: this.rows.map((entry) => ({ ...entry, outcome: null })),
      outcomes: [...this.outcomes.values()].flat().map(withoutSteps),
      stages: [...this.stages].map(([name, states]) => [name, [...states]]),
    };
  }

  takeOver({ entries, outcomes, stages }: LedgerState<O>): void {
    for (const outcome of outcomes) this.outcomes.set(outcome.id, [...this.outcomesOf(outcome.id), outcome]);
    for (const entry of entries)
      this.entries.set(entry.id, { ...entry, outcome: this.outcomesOf(entry.id).at(-1) ?? null });
    for (const [name, states] of stages) this.stages.set(name, new Map(states));
  }

  private get stage(): string {
    return [...this.stages.keys()].at(-1) ?? '';
  }

  private inStage(id: string, state: TargetState): void {
    this.stages.get(this.stage)?.set(id, state);
  }

  /** What the target's outcomes in other stages still ask: the latest question. */
  private askedElsewhere(id: string, stage: string): string | null {
    return this.outcomesOf(id).findLast((one) => one.stage !== stage && one.question !== null)?.question ?? null;
  }

  private placeInWaves({ material }: Plan): void {
    for (const { name, targets } of material.waves)
      for (const id of targets) if (this.entries.has(id)) this.put(id, { wave: name });
  }

  private set(id: string, change: Partial<LedgerEntry<O>>): void {
    this.put(id, change);
    this.changed();
  }

  private put(id: string, change: Partial<LedgerEntry<O>>): void {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new RangeError(`${id} is not in the plan`);
    this.entries.set(id, { ...entry, ...change });
  }
}

/** A reason that goes on, unless it is long already: a target may be retried and skipped as often as anybody likes. */
function longer(reason: string, more: string): string {
  return reason.length > MAX_REASON ? reason : `${reason} ${more}`.trim();
}

function bounded(value: unknown, fallback: number, most: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
    ? Math.min(value, most)
    : Math.min(fallback, most);
}
