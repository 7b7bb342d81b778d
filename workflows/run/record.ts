import { setCurrentDetails } from '@temporalio/workflow';
import { handoverList } from '../../model/handover.ts';
import type { RunOutcome } from '../../model/ledger.ts';
import type { Plan, PlannedWindow, Target } from '../../model/plan.ts';
import type { HeldUpByQuestion, LetIn } from '../../model/turn.ts';
import type { HandoverItem, RunStatus } from '../../model/run.ts';
import { onceTakenIn } from '../once-taken-in.ts';
import { label } from '../search-attributes.ts';
import { runDetails } from './details.ts';
import { Ledger, type LedgerState } from './ledger.ts';
import { Notes, type NotesState } from './notes.ts';
import type { Procedure } from './procedure.ts';

/** A record as it travels to the next execution. cli/history/closed-run.ts reads `plan`, `openedAt` and `outcomes` of it. */
export interface RecordState<O> extends LedgerState<O> {
  plan: Plan;
  openedAt: string;
  cutOff: boolean;
  letIn: LetIn;
  notes: NotesState;
}

/** What a run knows of itself: plan, ledger, notes; and what of it is to be seen in the Web UI. */
export class RunRecord<O = unknown> {
  readonly runId: string;
  readonly procedure: Pick<Procedure<unknown, unknown, O>, 'name' | 'handover'>;
  readonly ledger = new Ledger<O>(() => this.show());
  openedAt = new Date().toISOString();
  phase: RunStatus['phase'] = 'planning';
  outcome: RunOutcome | null = null;
  /** What the run waits for, in words; null while it simply works. */
  waiting: string | null = null;
  wave: string | null = null;
  /** What the run was started to do. */
  plan: Plan | null = null;
  /** The plan of the stage in progress: the run's cut to its targets, or its own new one. */
  stagePlan: Plan | null = null;
  /** The stage's window; null while there is no plan, and for a stage that only looks. */
  window: Pick<PlannedWindow, 'opensAt' | 'closesAt'> | null = null;
  /** True once a target was left out because the window closes. */
  cutOff = false;
  letIn: LetIn = { scripts: {}, locks: {} };
  private readonly notes = new Notes();
  private labelled = '';

  constructor(procedure: Pick<Procedure<unknown, unknown, O>, 'name' | 'handover'>, runId: string) {
    this.procedure = procedure;
    this.runId = runId;
  }

  adopt(plan: Plan): void {
    this.plan = plan;
    this.stagePlan = plan;
    this.window = plan.material.window;
    this.ledger.adopt(plan);
  }

  /** A stage begins with the targets of its plan, each with the id of its turn. */
  enter(stage: string, plan: Plan, window: RunRecord['window'], turnIds: ReadonlyMap<string, string>): void {
    this.stagePlan = plan;
    this.window = window;
    this.ledger.enter(stage, plan, turnIds);
  }

  target(id: string): Target | undefined {
    return this.stagePlan?.material.targets.find((target) => target.id === id);
  }

  /** Something that the run did or met. */
  note(text: string): void {
    this.notes.add('own', text);
    this.show();
  }

  /** What a message asked for, and what became of it. */
  noteMessage(text: string): void {
    this.notes.add('message', text);
    this.show();
  }

  /** Somebody lets in what held turns up. `claim` is what the message said. */
  admit(heldUp: HeldUpByQuestion, claim: string): void {
    const { letIn } = this;
    if (heldUp.by === 'doubt') {
      this.letIn = { ...letIn, locks: { ...letIn.locks, [heldUp.lock]: heldUp.of } };
      return this.note(`Let in, ${claim}: ${heldUp.text}`);
    }
    const { text, scripts } = heldUp;
    const more = Object.entries(scripts).map(([file, hash]) => [
      file,
      [...new Set([...(letIn.scripts[file] ?? []), hash])],
    ]);
    this.letIn = { ...letIn, scripts: { ...letIn.scripts, ...Object.fromEntries(more) } };
    this.note(more.length === 0 ? `Nothing is let in, ${claim}: ${text}` : `Let in, ${claim}: ${text}`);
  }

  get questions(): { target: string; question: string }[] {
    return this.ledger.rows.flatMap(({ id, question }) => (question === null ? [] : [{ target: id, question }]));
  }

  get handover(): HandoverItem[] {
    return handoverList(this.ledger.rows, (outcome) => this.procedure.handover(outcome));
  }

  status(): RunStatus {
    const { ledger, plan } = this;
    return {
      runbook: this.procedure.name,
      runId: this.runId,
      change: plan?.material.change ?? '',
      phase: this.phase,
      outcome: this.outcome,
      planHash: plan?.planHash ?? null,
      openedAt: this.openedAt,
      opensAt: this.window?.opensAt ?? null,
      closesAt: this.window?.closesAt ?? null,
      ledger: ledger.counts,
      targets: ledger.rows.length,
      stages: ledger.stageCounts,
      inWork: ledger.rows.filter(({ progress }) => progress === 'in-work').map(({ id }) => id),
      wave: this.wave,
      waiting: this.waiting,
      notes: this.notes.list,
      notesLeftOut: this.notes.leftOut,
      questions: this.questions,
      simulated: plan?.simulated ?? [],
    };
  }

  /** Asks for `showNow`, once for all that arrived together. */
  readonly show = onceTakenIn(() => this.showNow());

  /** Brings details and search attributes up to date; an attribute is written only when it changed, since each write is an event. */
  showNow(): void {
    setCurrentDetails(runDetails(this.status(), this.ledger.rows));
    if (this.plan === null) return;
    const labels = { outcome: this.outcome ?? this.phase, question: this.questions[0]?.question ?? 'none' };
    const key = JSON.stringify(labels);
    if (key === this.labelled) return;
    this.labelled = key;
    label(labels);
  }

  /** What the next execution of the run goes on with. */
  handOn(): RecordState<O> {
    const { plan, openedAt, cutOff, letIn } = this;
    if (plan === null) throw new RangeError('a run without a plan has nothing to hand on');
    return { plan, openedAt, cutOff, letIn, notes: this.notes.handOn(), ...this.ledger.handOn() };
  }

  takeOver({ plan, openedAt, cutOff, letIn, notes, ...ledger }: RecordState<O>): void {
    this.adopt(plan);
    this.phase = 'running';
    Object.assign(this, { openedAt, cutOff, letIn });
    this.notes.takeOver(notes);
    this.ledger.takeOver(ledger);
  }
}
