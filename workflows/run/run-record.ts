import { setCurrentDetails } from '@temporalio/workflow';
import { countLedger, type RunOutcome, type TargetState } from '../../model/ledger.ts';
import type { PatchPlan, PlannedTarget } from '../../model/plan.ts';
import type { LedgerEntry, LedgerPage, RunNote, RunStatus } from '../../model/run.ts';
import type { TurnOutcome } from '../../model/turn.ts';
import { label } from '../search-attributes.ts';
import { runDetails } from './run-details.ts';

const MAX_NOTES = 100;
const MAX_PAGE = 200;

/**
 * What a run knows of itself: plan, ledger, notes. The ledger has one entry a target from the moment the plan is there, and its
 * states sum to the plan at every moment: a target in work counts as `unknown` until its turn has ended.
 */
export class RunRecord {
  readonly runId: string;
  readonly openedAt = new Date().toISOString();
  phase: RunStatus['phase'] = 'planning';
  outcome: RunOutcome | null = null;
  /** What the run waits for, in words; null while it simply works. */
  waiting: string | null = null;
  wave: string | null = null;
  plan: PatchPlan | null = null;
  change = '';
  /** True once a target was left out because the window closes. */
  cutOff = false;
  readonly notes: RunNote[] = [];
  private readonly entries = new Map<string, LedgerEntry>();
  private labelled = '';

  constructor(runId: string) {
    this.runId = runId;
  }

  adopt(plan: PatchPlan): void {
    this.plan = plan;
    this.change = plan.material.change;
    const wave = new Map(plan.material.waves.flatMap((w) => w.hosts.map((host) => [host, w.name] as const)));
    for (const { host, site } of plan.material.targets) {
      this.entries.set(host, {
        host,
        site,
        wave: wave.get(host) ?? '',
        state: 'not-started',
        progress: 'waiting',
        turns: 0,
        reason: '',
        question: null,
        outcome: null,
      });
    }
  }

  get ledger(): LedgerEntry[] {
    return [...this.entries.values()];
  }

  entry(host: string): LedgerEntry | undefined {
    return this.entries.get(host);
  }

  target(host: string): PlannedTarget | undefined {
    return this.plan?.material.targets.find((target) => target.host === host);
  }

  begin(host: string): number {
    const turns = (this.entries.get(host)?.turns ?? 0) + 1;
    this.set(host, { state: 'unknown', progress: 'in-work', turns, reason: '', question: null });
    return turns;
  }

  /** A turn has ended. */
  end(host: string, outcome: TurnOutcome): void {
    const { state, reason, question } = outcome;
    this.set(host, { state, progress: 'ended', reason, question, outcome });
  }

  /** A target ends without a turn of its own. One that had a turn before keeps how that ended, since its host is as that left it. */
  endWithoutTurn(host: string, state: TargetState, reason: string, question: string | null): TargetState {
    const before = this.entries.get(host)?.outcome;
    if (!before) this.set(host, { state, progress: 'ended', reason, question });
    else
      this.end(host, { ...before, reason: `${before.reason} Another turn was asked for and did not come: ${reason}` });
    return before?.state ?? state;
  }

  /** An operator's retry. Until the turn begins, the target is as its last turn left it. */
  waitAgain(host: string): void {
    const reason = `${this.entries.get(host)?.reason ?? ''} Waits for another turn.`.trim();
    this.set(host, { progress: 'waiting', reason });
  }

  note(text: string): void {
    this.notes.push({ at: new Date().toISOString(), text });
    if (this.notes.length > MAX_NOTES) this.notes.shift();
    this.show();
  }

  get questions(): { host: string; question: string }[] {
    return this.ledger.flatMap(({ host, question }) => (question === null ? [] : [{ host, question }]));
  }

  status(): RunStatus {
    const { ledger, plan } = this;
    return {
      runbook: 'patch-window',
      runId: this.runId,
      change: this.change,
      phase: this.phase,
      outcome: this.outcome,
      planHash: plan?.planHash ?? null,
      openedAt: this.openedAt,
      closesAt: plan?.material.window.closesAt ?? null,
      ledger: countLedger(ledger.map(({ state }) => state)),
      targets: ledger.length,
      inWork: ledger.filter(({ progress }) => progress === 'in-work').map(({ host }) => host),
      wave: this.wave,
      waiting: this.waiting,
      notes: this.notes,
      questions: this.questions,
      simulated: plan?.simulated ?? [],
    };
  }

  /** One page of the ledger; whatever was asked for, the answer is a page. */
  page(request: unknown): LedgerPage {
    const asked = typeof request === 'object' && request !== null ? (request as Record<string, unknown>) : {};
    const size = bounded(asked['pageSize'], 50, MAX_PAGE);
    const pages = Math.max(1, Math.ceil(this.entries.size / size));
    const page = bounded(asked['page'], 1, pages);
    return { page, pages, total: this.entries.size, entries: this.ledger.slice((page - 1) * size, page * size) };
  }

  /** Brings details and search attributes up to date; an attribute is written only when it changed, since each write is an event. */
  show(): void {
    setCurrentDetails(runDetails(this.status(), this.ledger));
    if (this.plan === null) return;
    const labels = { outcome: this.outcome ?? this.phase, question: this.questions[0]?.question ?? 'none' };
    const key = JSON.stringify(labels);
    if (key === this.labelled) return;
    this.labelled = key;
    label(labels);
  }

  private set(host: string, change: Partial<LedgerEntry>): void {
    const entry = this.entries.get(host);
    if (entry === undefined) throw new RangeError(`${host} is not in the plan`);
    this.entries.set(host, { ...entry, ...change });
    this.show();
  }
}

function bounded(value: unknown, fallback: number, most: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
    ? Math.min(value, most)
    : Math.min(fallback, most);
}
