import { parseInput } from '../runbooks/patch-window/input.ts';
import { badInput } from './errors.ts';
import type { RunbookEntry } from './runbooks.ts';

/** An input that was parsed at the door. */
export interface CheckedInput {
  /** What the workflow gets: the file's own object, with `dryRun` as the command says. */
  input: Record<string, unknown>;
  change: string;
  sites: string[];
}

/**
 * Parses the input before anything is started (house-style.md, rule 8).
 * @throws {CommandError} with every problem (exit 2).
 */
export function parseRunbookInput(runbook: RunbookEntry, rawInput: unknown, dryRun: boolean): CheckedInput {
  const parsed = parseInput(rawInput);
  if (!parsed.ok) {
    const count = parsed.problems.length;
    throw badInput(
      `The input of ${runbook.name} has ${count} ${count === 1 ? 'problem' : 'problems'}; nothing was started.`,
      parsed.problems,
    );
  }
  return {
    input: { ...(rawInput as Record<string, unknown>), dryRun: dryRun || parsed.value.dryRun },
    change: parsed.value.change,
    sites: parsed.value.site,
  };
}
