import { NOT_SUCCEEDED } from '../model/handover.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { onInterrupt } from './interrupt.ts';
import { createDisplay } from './live/display.ts';
import { followRun, type FollowedRun } from './live/follow.ts';
import { renderHandover } from './render/handover.ts';
import { renderLedger, renderTroubles } from './render/ledger.ts';
import { renderPlan } from './render/plan.ts';
import { renderResult } from './render/run.ts';
import type { FoundRun } from './run-reference.ts';
import { viewOf, type Runbooks } from './runbooks.ts';
import type { Terminal } from './terminal.ts';

/** Follows a run to its end, prints what is left of it, and tells its exit code. Ctrl-C ends the following only. */
export async function followToEnd(
  terminal: Terminal,
  { session, runbooks, handle }: Omit<FoundRun, 'run'>,
): Promise<ExitCode> {
  const interrupt = onInterrupt();
  try {
    const stop = new AbortController();
    void interrupt.first.then(() => stop.abort());
    const followed = await followRun(session, handle, createDisplay(terminal), stop.signal);
    if (followed !== null) return showEnd(terminal, followed, runbooks);
    terminal.warn(
      `\nNo longer watching. The run goes on: npx fettle watch ${handle.workflowId}\nTo stop it at its safe point: npx fettle abort ${handle.workflowId} --reason "..."`,
    );
    return EXIT.done;
  } finally {
    interrupt.stop();
  }
}

/** Prints how a run ended: ledger, troubles, handover; under `--json` the result and nothing else. */
export function showEnd(terminal: Terminal, { result, last }: FollowedRun, runbooks: Runbooks): ExitCode {
  terminal.document(result);
  const view = viewOf(runbooks, result.runbook);
  if ('dryRun' in result) {
    terminal.say(renderPlan(result.plan, view, terminal));
    return EXIT.done;
  }
  terminal.say(`\n${renderResult(result, terminal)}`);
  const troubles = last === null ? '' : renderTroubles(last.entries, view, terminal);
  if (last !== null) terminal.say(`\n${renderLedger(last.entries, view, terminal)}`);
  if (troubles !== '') terminal.say(`\n${terminal.colours.bold('Not succeeded, and why')}\n${troubles}`);
  // What has just been told with its reasons is not told a second time.
  const untold = result.handover.filter(({ kind }) => troubles === '' || kind !== NOT_SUCCEEDED.kind);
  if (result.handover.length === 0 || untold.length > 0) {
    terminal.say(
      `\n${terminal.colours.bold('Handover')}: what the next shift must know\n${renderHandover(untold, view, terminal)}`,
    );
  }
  // A run whose later stage could not begin may have succeeded with every target before.
  return result.outcome === 'succeeded' && result.targets > 0 ? EXIT.done : EXIT.notAllSucceeded;
}
