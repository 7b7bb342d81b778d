import type { WorkflowHandle } from '@temporalio/client';
import type { DryRunResult, RunResult } from '../model/run.ts';
import type { Session } from './connect.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { onInterrupt } from './interrupt.ts';
import { createDisplay } from './live/display.ts';
import { followRun } from './live/follow.ts';
import type { FollowedRun } from './live/follow.ts';
import { exitOfRun } from './outcome.ts';
import { renderHandover } from './render/handover.ts';
import { renderLedger, renderTroubles } from './render/ledger.ts';
import { renderPlan } from './render/plan.ts';
import { renderResult } from './render/run.ts';
import type { Terminal } from './terminal.ts';

/** Follows a run to its end, prints what is left of it, and tells its exit code. Ctrl-C ends the following only. */
export async function followToEnd(terminal: Terminal, session: Session, handle: WorkflowHandle): Promise<ExitCode> {
  const interrupt = onInterrupt();
  try {
    const stop = new AbortController();
    void interrupt.first.then(() => stop.abort());
    const followed = await followRun<RunResult | DryRunResult>(session, handle, createDisplay(terminal), stop.signal);
    if (followed !== null) return showEnd(terminal, followed);
    terminal.warn(
      `\nNo longer watching. The run goes on: npx fettle watch ${handle.workflowId}\nTo stop it at its safe point: npx fettle abort ${handle.workflowId} --reason "..."`,
    );
    return EXIT.done;
  } finally {
    interrupt.stop();
  }
}

/** Prints how a run ended: ledger, troubles, handover; under `--json` the result and nothing else. */
export function showEnd(terminal: Terminal, { result, last }: FollowedRun<RunResult | DryRunResult>): ExitCode {
  terminal.document(result);
  if ('dryRun' in result) {
    terminal.say(renderPlan(result.plan, terminal));
    return EXIT.done;
  }
  terminal.say(`\n${renderResult(result, terminal)}`);
  const troubles = last === null ? '' : renderTroubles(last.entries, terminal);
  if (last !== null) terminal.say(`\n${renderLedger(last.entries, terminal)}`);
  if (troubles !== '') terminal.say(`\n${terminal.colours.bold('Not succeeded, and why')}\n${troubles}`);
  // What has just been told with its reasons is not told a second time.
  const untold = result.handover.filter(({ kind }) => troubles === '' || kind !== 'not-patched');
  if (result.handover.length === 0 || untold.length > 0) {
    terminal.say(
      `\n${terminal.colours.bold('Handover')}: what the next shift must know\n${renderHandover(untold, terminal)}`,
    );
  }
  return exitOfRun(result);
}
