import type { Command } from 'commander';
import type { StepDependencies } from '../activities/step/dependencies.ts';
import type { CommandTools } from '../cli/command-tools.ts';
import type { SharedInput } from './input/shared.ts';
import type { Runbook } from './runbook.ts';

/** A runbook as it is registered: with what its steps do at a site, and with commands of its own. */
export interface RegisteredRunbook<
  I extends SharedInput = SharedInput,
  F = unknown,
  M = unknown,
  T = unknown,
  S = unknown,
  O = unknown,
> extends Runbook<I, F, M, T, S, O> {
  /** Activities of a site's queue. Their names are those of the whole worker, so that no two runbooks may share one. */
  activities(dependencies: StepDependencies): object;
  /** Adds subcommands to `fettle`. */
  commands?(program: Command, tools: CommandTools): void;
}

/** Declares a runbook; the type parameters come from its parts. */
export function defineRunbook<I extends SharedInput, F, M, T, S, O>(
  runbook: RegisteredRunbook<I, F, M, T, S, O>,
): RegisteredRunbook<I, F, M, T, S, O> {
  return runbook;
}
