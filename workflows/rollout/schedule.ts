import { BUDGET_STATES, type TargetState } from '../../model/ledger.ts';

export interface ScheduledTarget {
  host: string;
  /** Keys of which one holder at a time may be in work. */
  exclusive: string[];
  /** Milliseconds. */
  expectedMs: number;
}

export interface ScheduledWave {
  name: string;
  canary: boolean;
  concurrency: number;
  hosts: string[];
}

/** What the schedule keeps of a turn that ended. */
export interface EndedTurn {
  state: TargetState;
  /** Installed something, rebooted and passed: what makes a canary wave count. */
  proven: boolean;
  /** False while no other holder of the target's exclusive keys may be touched. */
  groupSafe: boolean;
}

/** Why a rollout stops before its plan is done. A cut-off is no stop: each target that no longer fits ends by itself. */
export type StopReason = 'budget' | 'canary' | 'abort';

/** A target that waits for another turn is as its last one left it, also for its group; what it spent is spent until it passes. */
type Progress =
  | { at: 'waiting'; groupSafe: boolean; spent: boolean }
  | { at: 'in-work'; spent: boolean }
  | ({ at: 'ended' } & EndedTurn);

/**
 * Which target may start when: waves in order, concurrency, failure budget, exclusive keys and the cut-off
 * (design.md, rollout.ts; domain.md, Patch window, Guards). It only decides; whoever runs the turns reports back.
 *
 * Invariants, held by property tests: every target is in exactly one state; never more in work than the open wave allows;
 * no two holders of one exclusive key at once; nothing but an operator's retry starts once the budget is spent.
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
      this.targets.set(target.host, target);
      this.progress.set(target.host, { at: 'waiting', groupSafe: true, spent: false });
    }
  }

  get openWave(): ScheduledWave | undefined {
    return this.waves[this.open];
  }

  get inWork(): string[] {
    return this.hosts((p) => p.at === 'in-work');
  }

  get waiting(): string[] {
    return this.hosts((p) => p.at === 'waiting');
  }

  /** Targets that spent the failure budget so far; one that is retried gives its share back when it has passed, not before. */
  get budgetSpent(): number {
    return this.hosts(spends).length;
  }

  get isBudgetSpent(): boolean {
    return this.budgetSpent >= this.failureBudget;
  }

  progressOf(host: string): Progress['at'] | undefined {
    return this.progress.get(host)?.at;
  }

  /** Targets that may start at this moment, in the order of their wave, at most as many as the open wave allows. */
  startable(): string[] {
    const retriesOnly = this.isBudgetSpent;
    const room = (this.openWave?.concurrency ?? 0) - this.inWork.length;
    const taken = new Set(this.inWork.flatMap((host) => this.target(host).exclusive));
    const chosen: string[] = [];
    for (const host of this.openHosts()) {
      if (chosen.length >= room) break;
      const { exclusive } = this.target(host);
      const progress = this.progress.get(host);
      if (progress?.at !== 'waiting' || this.heldBy(host) !== null || (retriesOnly && !progress.spent)) continue;
      if (exclusive.some((key) => taken.has(key))) continue;
      exclusive.forEach((key) => taken.add(key));
      chosen.push(host);
    }
    return chosen;
  }

  /** Waiting targets whose expected duration no longer fits before `closesAt`; all in epoch milliseconds. */
  noLongerFitting(now: number, closesAt: number): string[] {
    return this.waiting.filter((host) => now + this.target(host).expectedMs > closesAt);
  }

  /**
   * The member of the same redundancy group that ended without proof that the group is safe, or null. A retry proves nothing before
   * it has ended, so a member that waits for one still holds the others; among such members, each in doubt, the order of waves decides.
   */
  heldBy(host: string): string | null {
    const groups = this.target(host).exclusive.filter((key) => key.startsWith('group/'));
    const inDoubt = !this.isGroupSafe(host);
    const unsafe = this.hosts((p) => (p.at === 'ended' || (p.at === 'waiting' && !inDoubt)) && !p.groupSafe);
    return (
      unsafe.find((other) => other !== host && this.target(other).exclusive.some((key) => groups.includes(key))) ?? null
    );
  }

  /** False while the target's last turn, or its planning, left its group in doubt. */
  isGroupSafe(host: string): boolean {
    const progress = this.progress.get(host);
    return progress === undefined || progress.at === 'in-work' || progress.groupSafe;
  }

  started(host: string): void {
    const progress = this.progress.get(host);
    if (progress?.at !== 'waiting') throw new RangeError(`${host} is not waiting`);
    this.progress.set(host, { at: 'in-work', spent: progress.spent });
  }

  ended(host: string, turn: EndedTurn): void {
    this.progress.set(host, { at: 'ended', ...turn });
  }

  /** An operator's retry: the target waits again. */
  again(host: string): void {
    const progress = this.progress.get(host);
    if (progress?.at !== 'ended') throw new RangeError(`${host} has not ended`);
    this.progress.set(host, { at: 'waiting', groupSafe: progress.groupSafe, spent: spends(progress) });
  }

  /** Nothing of the open waves is in work and nothing of them can start: their gate can be asked. */
  get settled(): boolean {
    return (
      this.inWork.length === 0 &&
      this.openHosts().every((host) => this.progressOf(host) !== 'waiting' || this.heldBy(host) !== null)
    );
  }

  get hasNextWave(): boolean {
    return this.open + 1 < this.waves.length;
  }

  /** A canary wave counts only if a target of it installed, rebooted and passed (domain.md). */
  get isOpenWaveProven(): boolean {
    const wave = this.openWave;
    if (!wave?.canary) return true;
    return wave.hosts.some((host) => {
      const progress = this.progress.get(host);
      return progress?.at === 'ended' && progress.state === 'succeeded' && progress.proven;
    });
  }

  openNextWave(): void {
    if (!this.hasNextWave) throw new RangeError('there is no further wave');
    this.open += 1;
  }

  private openHosts(): string[] {
    return this.waves.slice(0, this.open + 1).flatMap((wave) => wave.hosts);
  }

  private target(host: string): ScheduledTarget {
    const target = this.targets.get(host);
    if (target === undefined) throw new RangeError(`${host} is not in the plan`);
    return target;
  }

  private hosts(is: (progress: Progress) => boolean): string[] {
    return [...this.progress].filter(([, progress]) => is(progress)).map(([host]) => host);
  }
}

function spends(progress: Progress): boolean {
  return progress.at === 'ended' ? BUDGET_STATES.includes(progress.state) : progress.spent;
}
