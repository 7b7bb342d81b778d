import type { RegisteredRunbook } from '../runbooks/define-runbook.ts';
import type { Session } from './connect.ts';
import { controlRun } from './control-run.ts';
import { reportError } from './error-report.ts';
import { CommandError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { showEnd } from './follow-to-end.ts';
import type { Interrupt } from './interrupt.ts';
import { createDisplay } from './live/display.ts';
import { followRun, untilStopped } from './live/follow.ts';
import type { LiveDisplay } from './live/live-display.ts';
import { findRun } from './run-reference.ts';
import type { CheckedInput } from './runbook-input.ts';
import { startRun } from './start-run.ts';
import type { Terminal } from './terminal.ts';

export interface DemoRun {
  terminal: Terminal;
  session: Session;
  runbook: RegisteredRunbook;
  input: CheckedInput;
  interrupt: Interrupt;
  /** Rejects when the lab's worker fails: nobody would work on the run then. */
  labFailed: Promise<void>;
}

/** Runs the example and shows it. The first Ctrl-C aborts the run at its safe point, the second leaves it at once. */
export async function runDemo(demo: DemoRun): Promise<ExitCode> {
  const { terminal, session, runbook, input, interrupt, labFailed } = demo;
  const { handle, started } = await startRun(session, runbook, input, false);
  terminal.progress(`Started ${started.runId}\nSee it in the Web UI: ${started.link ?? '(no Web UI)'}\n`);
  const display = createDisplay(terminal);
  const stop = new AbortController();
  let ended = false;
  void interrupt.first.then(() => (ended ? undefined : abort(demo, started.runId, display, stop.signal)));
  void interrupt.second.then(() => stop.abort());
  const following = followRun(session, handle, display, stop.signal);
  let followed: Awaited<typeof following>;
  try {
    followed = await Promise.race([following, labFailed.then(() => quit())]);
  } finally {
    // Whoever keeps the lab afterwards ends it by Ctrl-C: that is no abort any more.
    ended = true;
    // However this ends, nobody asks the server anything when its connection is closed next.
    stop.abort();
    await following.catch(() => undefined);
  }
  if (followed === null) quit();
  const code = showEnd(terminal, followed, [runbook]);
  terminal.progress(`\nThe run in the Web UI: ${started.link ?? '(no Web UI)'}`);
  return code;
}

async function abort(demo: DemoRun, runId: string, display: LiveDisplay, stop: AbortSignal): Promise<void> {
  const { session, runbook } = demo;
  display.note(
    'aborting at the safe point; targets in work finish their install or reboot. Ctrl-C again to leave at once.',
  );
  try {
    await untilStopped(session, stop, async () => {
      const found = await findRun(session, [runbook], runId);
      await controlRun(found, 'abort', { reason: 'Ctrl-C at the demo', by: 'whoever sits at the demo' });
    });
  } catch (error) {
    if (stop.aborted) return;
    display.note(`the abort did not arrive: ${reportError(error).message}`);
  }
}

function quit(): never {
  throw new CommandError(
    EXIT.internal,
    'Interrupted',
    'Left before the run had ended; the run and its lab were stopped.',
  );
}
