import type { z } from 'zod';
import type { Relist } from '../model/activities.ts';
import type { AnyContract } from '../model/contract.ts';
import type { InventoryHost } from '../model/inventory.ts';
import type { Organisation } from '../model/organisation.ts';
import type { Parsed } from '../model/parsed.ts';
import type { GuardVerdict, Plan, PlanMaterial, PlannedWindow, Target } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { HandoverItem } from '../model/run.ts';
import type { Surveyed } from '../model/survey.ts';
import type { Outcome } from '../model/turn.ts';
import type { LocatedProblem } from './input/schema-problems.ts';
import type { SharedInput } from './input/shared.ts';

/**
 * What planning, workers and the command line know of a runbook. Its parameters are what the runbook alone knows: `I` its parsed
 * input, `F` the facts of one survey answer, and under `own` `M` of the plan's material, `T` of a target, `S` of what was seen
 * and `O` of an outcome. Method syntax, since its parameters are checked bivariantly: a runbook of any parameters then fits where a
 * `Runbook` is wanted.
 */
export interface Runbook<
  I extends SharedInput = SharedInput,
  F = unknown,
  M = unknown,
  T = unknown,
  S = unknown,
  O = unknown,
> {
  /** The folder's name, which operators say aloud. */
  name: string;
  workflowType: string;
  /** At the head of a run's page: `Patch window`. */
  title: string;
  /** Schema of the input; its descriptions are the documentation of the start form and of every error. */
  input: z.ZodType<I>;
  /** The input that the demo takes. */
  example: URL;
  /** Schema of `config/<name>.yaml`, where the runbook has such a file. */
  settings?: RunbookSettings;
  /** Name of the activity that reads facts for the plan. */
  survey: string;
  /** What the input means for this organisation: where facts have to be read. Every problem at once. */
  resolve(request: ResolveRequest<I>): Parsed<{ queue: string; items: string[] }[]>;
  /** Problems found besides those of the schema when the input was refused. */
  problemsBeside?(value: unknown, organisation: Organisation): Problem[];
  /** The plan, as a pure function of what it is given. */
  plan(request: PlanRequest<I, F>): Parsed<PlanDraft<M, T, S>>;
  /** The contracts of its scripts. */
  contracts: Readonly<Record<string, AnyContract>>;
  view: RunbookView<M, T, S, O>;
}

export interface RunbookSettings {
  schema: z.ZodType;
  /** Checks the inventory's hosts against the settings; `index` is the host's place in its file. */
  check?(settings: unknown, hosts: { index: number; value: InventoryHost }[]): LocatedProblem[];
}

export interface ResolveRequest<I> {
  input: I;
  organisation: Organisation;
  /** Null where the input's cannot be read, which is told beside what the runbook finds. */
  window: PlannedWindow | null;
  /** ISO 8601 in UTC. */
  now: string;
}

/** What a plan is made of; nothing else enters it. */
export interface PlanRequest<I, F> {
  input: I;
  organisation: Organisation;
  window: PlannedWindow;
  surveyed: Surveyed<F>[];
  /** ISO 8601 in UTC. */
  now: string;
  /** SHA-256 of every script and host module, by file name. */
  scripts: Record<string, string>;
  /** Hex SHA-256 of a text's UTF-8 bytes. */
  sha256: (text: string) => string;
  /** Set when a later stage lists its targets again: which ones it would take, and how they fared so far. */
  relist: Relist | null;
}

/** A plan without its hash, its times and its size, which are the same for every runbook. */
export interface PlanDraft<M, T, S> {
  material: PlanMaterial<M, T>;
  seen: S;
  guards: GuardVerdict[];
}

/** What the command line shows of a runbook beside what every run has. */
export interface RunbookView<M = unknown, T = unknown, S = unknown, O = unknown> {
  /** What one target is, in one word: `host`. */
  noun: string;
  /** `name  value` lines of the plan. */
  planFacts(plan: Plan<M, T, S>): [string, string][];
  planColumns: { head: string; cell(target: Target<T>, plan: Plan<M, T, S>): string }[];
  ledgerColumns: { head: string; cell(outcome: Outcome<O>): string }[];
  /** Lines below a target that did not succeed. */
  troubles(outcome: Outcome<O>): string[];
  /** The same function as the procedure's `handover`. */
  handover(outcome: Outcome<O>): HandoverItem[];
  /** Headings of these, by kind, the most urgent first. */
  handoverHeadings: Readonly<Record<string, string>>;
}
