import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import { parseInput } from '../runbooks/input/shared.ts';
import { badInput } from './errors.ts';
import { countOf } from './render/count.ts';

/** An input that was parsed at the door. */
export interface CheckedInput {
  /** What the workflow gets: the file's own object, with `dryRun` as the command says. */
  input: Record<string, unknown>;
  change: string;
  sites: string[];
}

/**
 * Parses the input before anything is started; the planning activity parses it again, since a run may be started elsewhere.
 * @throws {CommandError} with every problem (exit 2).
 */
export function parseRunbookInput(runbook: RegisteredRunbook, rawInput: unknown, dryRun: boolean): CheckedInput {
  const parsed = parseInput(runbook.input, rawInput);
  if (!parsed.ok) {
    throw badInput(
      `The input of ${runbook.name} has ${countOf(parsed.problems.length, 'problem')}; nothing was started.`,
      parsed.problems,
    );
  }
  return {
    input: { ...(rawInput as Record<string, unknown>), dryRun: dryRun || parsed.value.dryRun },
    change: parsed.value.change,
    sites: parsed.value.site,
  };
}
