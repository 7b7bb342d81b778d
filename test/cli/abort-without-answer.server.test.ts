import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, type Session } from '../../cli/connect.ts';
import { controlRun } from '../../cli/control-run.ts';
import { findRun } from '../../cli/run-reference.ts';
import type { TimelineEntry } from '../../cli/history/timeline.ts';
import { RUNBOOKS } from '../../runbooks/index.ts';
import { patchPlan, plannedTarget } from '../workflows/stage/plan.ts';
import { openStage, type Stage } from '../workflows/stage/stage.ts';
import { freshHost } from '../workflows/stage/turn.ts';
import { CommandLine } from './command-line.ts';

const LIMIT_MS = 500;
const ask = { reason: 'Production needs the site', by: 'Kim Example' };

let stage: Stage;
let session: Session;

beforeAll(async () => {
  stage = await openStage();
  const { address, namespace } = stage.temporal;
  session = await openSession({ address, namespace, ui: null, source: 'the test', options: { address } });
});
afterAll(async () => {
  await session.close();
  await stage.close();
});

test('an abort that no worker answers goes by Cancel, says so, and stops the run; another message says that the run can be stopped', async () => {
  const name = freshHost();
  const gate = stage.directed.gates.close(`${name}/preflight`);
  const run = await stage.start(patchPlan({ targets: [plannedTarget(name)] }));
  await gate.reached;
  const { workflowId } = run.handle;
  // The server still counts the worker that has just gone as one that is there.
  await stage.withoutControl(async () => {
    const found = await findRun(session, RUNBOOKS, workflowId);
    await expect(controlRun(found, 'pause', ask, LIMIT_MS)).rejects.toMatchObject({
      type: 'NoWorker',
      message: expect.stringMatching(/may or may not have counted.*can be stopped.*Request Cancellation/) as unknown,
    });
    expect(await controlRun(found, 'abort', ask, LIMIT_MS)).toMatchObject({
      accepted: true,
      way: 'cancel',
      text: expect.stringContaining('No answer came in 0.5 s. So it went by Cancel') as unknown,
    });
  });
  await run.toldToStop(`${name}.corp.example`);
  gate.open();
  expect(await run.result()).toMatchObject({ outcome: 'aborted', ledger: { skipped: 1 } });
  const operator = new CommandLine(stage.temporal);
  const { entries } = await operator.json<{ entries: TimelineEntry[] }>(['timeline', workflowId]);
  expect(entries.map(({ what }) => what)).toContain(
    'cancel was asked for: Production needs the site (says "Kim Example")',
  );
});
