import type { FailureType } from '../../model/failures.ts';
import { BUDGET_STATES, type TargetState } from '../../model/ledger.ts';

export interface ScheduledTarget {
  id: string;
  /** Targets with one lock are in work together, as one turn; without it the target is a turn of its own. */
  lock?: string;
  /** Keys of which one holder at a time may be in work. */
  exclusive: string[];
  /** Milliseconds. */
  expectedMs: number;
  /** Earliest start, epoch milliseconds; left out: at once. */
  dueAt?: number;
}

export interface ScheduledWave {
  name: string;
  canary: boolean;
  /** Turns in work at once. */
  concurrency: number;
  targets: string[];
}

/** What the schedule keeps of a turn that ended. */
export interface EndedTurn {
  state: TargetState;
  /** It did what a canary is there to show: what makes a canary wave count. */
  proven: boolean;
  /** True when another member of its redundancy group may be touched. */
  groupSafe: boolean;
}

/** Why a run stops before its plan is done. A cut-off is no stop: each target that no longer fits ends by itself. */
export type StopReason = 'budget' | 'canary' | 'abort' | 'stage';

/** What a target waits for that another run has: the failure with which it ends where that comes too late, and the words. */
export interface Blocker {
  failure: FailureType;
  /** `in work in run …`. */
  text: string;
}

/**
/**
 * Until its next turn ends, a target keeps the group doubt and the budget share of its last one. `begun`: that one was held up after it
 * had changed the target, so that the next one starts although the budget is spent. While it is `blockedBy` another run it is not tried.
 */
type Progress =
  | { at: 'waiting'; groupSafe: boolean; spent: boolean; begun: boolean; blockedBy: Blocker | null }
  | { at: 'in-work'; groupSafe: boolean; spent: boolean; begun: boolean }
  | ({ at: 'ended' } & EndedTurn);

/**
 * Which target may start when: waves in order, concurrency, failure budget, exclusive keys, due times and the cut-off. It only
 * decides; whoever runs the turns reports back.
 *
 * Invariants, held by property tests: every target is in exactly one state; never more turns in work than the open wave allows;
 * no two turns of one lock, nor two holders of one exclusive key, at once; nothing but an operator's retry, and what was held up half
 * way, starts once the budget is spent.
 */
export class RolloutSchedule {
  private readonly progress = new Map<string, Progress>();
  private readonly targets = new Map<string, ScheduledTarget>();
  private open = 0;

  private readonly waves: readonly ScheduledWave[];
  private readonly failureBudget: number;

  constructor(waves: readonly ScheduledWave[], targets: readonly ScheduledTarget[], failureBudget: number) {
    this.waves = waves;
    this.failureBudget = failureBudget;
    for (const target of targets) {
      this.targets.set(target.id, target);
      this.progress.set(target.id, { at: 'waiting', groupSafe: true, spent: false, begun: false, blockedBy: null });
    }
  }

  get openWave(): ScheduledWave | undefined {
    return this.waves[this.open];
  }

  get inWork(): string[] {
    return this.ids((p) => p.at === 'in-work');
  }

  get waiting(): string[] {
    return this.ids((p) => p.at === 'waiting');
  }

  /** Waiting targets that need what another run has. */
  get blocked(): string[] {
    return this.ids((p) => p.at === 'waiting' && p.blockedBy !== null);
  }

  /** Targets that spent the failure budget so far; one that is retried gives its share back when it has passed, not before. */
  get budgetSpent(): number {
    return this.ids(spends).length;
  }

  /** A retry, or what was held up half way, waits for another run: it has its turn although the budget is spent. */
  get goesOn(): boolean {
    return this.ids((p) => p.at === 'waiting' && p.blockedBy !== null && (p.spent || p.begun)).length > 0;
  }

  get isBudgetSpent(): boolean {
    return this.budgetSpent >= this.failureBudget;
  }

  progressOf(id: string): Progress['at'] | undefined {
    return this.progress.get(id)?.at;
  }

  /**
   * Targets that may start at `now`, in the order of their wave: as many turns as the open wave allows. Those of one lock stand
   * there together.
   */
  startable(now = Infinity): string[] {
    const busy = new Set(this.inWork.map((id) => this.lockOf(id)));
    let room = (this.openWave?.concurrency ?? 0) - busy.size;
    const taken = new Set(this.inWork.flatMap((id) => this.target(id).exclusive));
    const turns = new Map<string, string[]>();
    for (const id of this.openIds()) {
      if (!this.mayStart(id, now)) continue;
      const { exclusive } = this.target(id);
      const lock = this.lockOf(id);
      const turn = turns.get(lock);
      // What its own turn has taken already, it may have too.
      const free = exclusive.every((key) => !taken.has(key) || (turn !== undefined && this.holds(turn, key)));
      if (busy.has(lock) || !free || (turn === undefined && room <= 0)) continue;
      if (turn === undefined) room -= 1;
      turns.set(lock, [...(turn ?? []), id]);
      exclusive.forEach((key) => taken.add(key));
    }
    return [...turns.values()].flat();
  }

  /** The next time after `now` at which a waiting target of the open waves is due; null when none has to wait for its time. */
  nextDue(now: number): number | null {
    const due = this.openIds().flatMap((id) =>
      this.progressOf(id) === 'waiting' ? (this.target(id).dueAt ?? []) : [],
    );
    const ahead = due.filter((at) => at > now);
    return ahead.length === 0 ? null : Math.min(...ahead);
  }

  /** Waiting targets whose expected duration no longer fits before `closesAt`; all in epoch milliseconds. */
  noLongerFitting(now: number, closesAt: number): string[] {
    return this.waiting.filter((id) => {
      // Whoever waits for another run ends that wait in time.
      if (this.blockedBy(id) !== null) return false;
      const { expectedMs, dueAt = now } = this.target(id);
      return Math.max(now, dueAt) + expectedMs > closesAt;
    });
  }

  /**
   * The member of the same redundancy group that ended without proof that the group is safe, or null. A retry proves nothing before
   * it has ended, so a member that waits for one still holds the others; members in doubt that all wait do not hold each other;
   * `startable` takes the first.
   */
  heldBy(id: string): string | null {
    const groups = this.target(id).exclusive.filter((key) => key.startsWith('group/'));
    const inDoubt = !this.isGroupSafe(id);
    const unsafe = this.ids((p) => (p.at === 'ended' || (p.at === 'waiting' && !inDoubt)) && !p.groupSafe);
    return (
      unsafe.find((other) => other !== id && this.target(other).exclusive.some((key) => groups.includes(key))) ?? null
    );
  }

  /** False while the target's last turn, or its planning, left its group in doubt. */
  isGroupSafe(id: string): boolean {
    const progress = this.progress.get(id);
    return progress === undefined || progress.at === 'in-work' || progress.groupSafe;
  }

  started(id: string): void {
    const progress = this.progress.get(id);
    if (progress?.at !== 'waiting') throw new RangeError(`${id} is not waiting`);
    const { groupSafe, spent, begun } = progress;
    this.progress.set(id, { at: 'in-work', groupSafe, spent, begun });
  }

  /** Another run has what a target needs that was to be in work: it gives its place in the wave up and waits. */
  block(id: string, blocker: Blocker): void {
    const progress = this.progress.get(id);
    if (progress?.at !== 'in-work') throw new RangeError(`${id} is not in work`);
    this.progress.set(id, { ...progress, at: 'waiting', blockedBy: blocker });
  }

  /** Its turn was held up: it waits for the next one. */
  holdUp(id: string, { groupSafe, changed }: { groupSafe: boolean; changed: boolean }): void {
    const progress = this.progress.get(id);
    if (progress?.at !== 'in-work') throw new RangeError(`${id} is not in work`);
    this.progress.set(id, { ...progress, at: 'waiting', groupSafe, begun: changed, blockedBy: null });
  }

  /** It has it no longer, and the target may be tried again. Nothing happens where it has ended meanwhile. */
  unblock(id: string): void {
    const progress = this.progress.get(id);
    if (progress?.at === 'waiting') this.progress.set(id, { ...progress, blockedBy: null });
  }

  /** For what of another run a waiting target waits; null where it waits for nobody. */
  blockedBy(id: string): Blocker | null {
    const progress = this.progress.get(id);
    return progress?.at === 'waiting' ? progress.blockedBy : null;
  }

  ended(id: string, turn: EndedTurn): void {
    this.progress.set(id, { at: 'ended', ...turn });
  }

  /** An operator's retry: the target waits again. */
  again(id: string): void {
    const progress = this.progress.get(id);
    if (progress?.at !== 'ended') throw new RangeError(`${id} has not ended`);
    const { groupSafe } = progress;
    this.progress.set(id, { at: 'waiting', groupSafe, spent: spends(progress), begun: false, blockedBy: null });
  }

  /** Nothing of the open waves is in work and nothing of them can start: their gate can be asked. */
  get settled(): boolean {
    return (
      this.inWork.length === 0 &&
      this.openIds().every((id) => this.progressOf(id) !== 'waiting' || this.heldBy(id) !== null)
    );
  }

  get hasNextWave(): boolean {
    return this.open + 1 < this.waves.length;
  }

  /** A canary wave counts only if a target of it did what was to be proven, and passed. */
  get isOpenWaveProven(): boolean {
    const wave = this.openWave;
    if (!wave?.canary) return true;
    return wave.targets.some((id) => {
      const progress = this.progress.get(id);
      return progress?.at === 'ended' && progress.state === 'succeeded' && progress.proven;
    });
  }

  openNextWave(): void {
    if (!this.hasNextWave) throw new RangeError('there is no further wave');
    this.open += 1;
  }

  /** Whether a target may start, if there is room: it waits, is due, nobody holds it or its lock, and it is a retry, or goes on, once the budget is spent. */
  private mayStart(id: string, now: number): boolean {
    const progress = this.progress.get(id);
    const { dueAt = -Infinity } = this.target(id);
    if (progress?.at !== 'waiting' || progress.blockedBy !== null || dueAt > now) return false;
    if (this.isBudgetSpent && !progress.spent && !progress.begun) return false;
    return this.heldBy(id) === null;
  }

  private openIds(): string[] {
    return this.waves.slice(0, this.open + 1).flatMap((wave) => wave.targets);
  }

  private target(id: string): ScheduledTarget {
    const target = this.targets.get(id);
    if (target === undefined) throw new RangeError(`${id} is not in the plan`);
    return target;
  }

  private lockOf(id: string): string {
    return this.target(id).lock ?? id;
  }

  private holds(ids: readonly string[], key: string): boolean {
    return ids.some((id) => this.target(id).exclusive.includes(key));
  }

  private ids(is: (progress: Progress) => boolean): string[] {
    return [...this.progress].filter(([, progress]) => is(progress)).map(([id]) => id);
  }
}

function spends(progress: Progress): boolean {
  return progress.at === 'ended' ? BUDGET_STATES.includes(progress.state) : progress.spent;
}
