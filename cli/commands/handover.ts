import type { Command } from 'commander';
import type { DryRunResult, HandoverItem, RunResult } from '../../model/run.ts';
import type { Action } from '../action.ts';
import type { ConnectionFlags } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { readClosedRun } from '../history/closed-run.ts';
import { withConnection } from '../options.ts';
import { requireWorker } from '../pollers.ts';
import { renderHandover } from '../render/handover.ts';
import { withRun, type FoundRun } from '../run-reference.ts';
import { ask } from '../run-state.ts';
import { viewOf, type Runbooks } from '../runbooks.ts';

/** `fettle handover`: what the next shift must know, as of now or as of the run's end. */
export function addHandover(program: Command, action: Action, runbooks: Runbooks): void {
  withConnection(program.command('handover').description('what the next shift must know'))
    .argument('<run>')
    .action(
      action<ConnectionFlags>(async (terminal, flags, reference = '') =>
        withRun(flags, runbooks, reference, async (found) => {
          const { workflowId, status } = found.run;
          const { handover, runbook } = await handoverOf(found);
          terminal.document({ runId: workflowId, handover });
          const asOf = status === 'RUNNING' ? 'as of now; the run goes on' : 'as of its end';
          terminal.say(`Handover of ${workflowId}, ${asOf}`);
          terminal.say(renderHandover(handover, viewOf(runbooks, runbook), terminal));
          return EXIT.done;
        }),
      ),
    );
}

async function handoverOf(found: FoundRun): Promise<{ handover: HandoverItem[]; runbook: string }> {
  const { session, run, handle } = found;
  if (run.status === 'COMPLETED') {
    const result = (await handle.result()) as RunResult | DryRunResult;
    return { handover: 'dryRun' in result ? [] : result.handover, runbook: result.runbook };
  }
  if (run.status === 'RUNNING') {
    await requireWorker(session);
    const { runbook } = await ask(session, handle, 'status');
    return { handover: await ask(session, handle, 'handover'), runbook };
  }
  const { handover, status } = await readClosedRun(found);
  return { handover, runbook: status.runbook };
}
