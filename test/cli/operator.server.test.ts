import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { TimelineEntry } from '../../cli/history/timeline.ts';
import type { StartedRun } from '../../cli/start-run.ts';
import { startLab, type Lab } from '../../lab/lab.ts';
import { ledgerTotal } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import type { HandoverItem, RunResult, RunStatus } from '../../model/run.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { createLog } from '../../workers/log.ts';
import { ownNamespace } from '../own-namespace.ts';
import { effectsOf } from '../patch-window/runs/journal.ts';
import { simulatedOnly } from '../simulated-only.ts';
import { CommandLine } from './command-line.ts';

let lab: Lab;
let operator: CommandLine;
let tickets = 0;

beforeAll(async () => {
  lab = await startLab({
    hosts: 30,
    scale: 3000,
    faults: [{ host: 'sql01.corp.example', fault: 'low-disk', freeMb: 900 }],
    announce: false,
    environment: simulatedOnly(),
    temporal: await ownNamespace(),
    bundle: { codePath: inject('workflowBundlePath') },
    log: createLog({ level: 'silent', readable: false }),
  });
  operator = new CommandLine(lab.temporal);
});
afterAll(() => lab.close());

/** Input over the lab's hosts; each call has a ticket of its own. */
function input(names: string[], changes: Record<string, unknown> = {}): { change: string } & Record<string, unknown> {
  tickets += 1;
  return {
    change: `CHG${String(tickets).padStart(7, '0')}`,
    reason: 'Monthly security updates',
    site: ['nordhavn', 'vestby'],
    targets: { names },
    updates: { classifications: ['Security Updates'] },
    window: { closes: '+4h' },
    waves: [{ count: 1, canary: false }, { rest: true }],
    failureBudget: { percent: 100 },
    soak: '0s',
    finishPendingReboot: true,
    ...changes,
  };
}

const ONE_WAVE = { waves: [{ rest: true }] };

/** Starts a run that soaks for an hour after the first two, with the third still to come, and waits until it does. */
async function startSoaking(names: [string, string, string]): Promise<string> {
  const waves = [{ count: 2, canary: false }, { rest: true }];
  const { runId } = await operator.json<StartedRun>(
    ['start', 'patch-window', '--input', '-'],
    input(names, { soak: '1h', waves }),
  );
  // Not expect.poll, which does not know its test among others that run beside it.
  await vi.waitFor(
    async () => expect((await operator.json<RunStatus>(['status', runId])).waiting ?? '').toContain('Soak'),
    { timeout: 30_000, interval: 200 },
  );
  return runId;
}

describe.concurrent('plan', () => {
  test('prints the frozen plan and touches nothing', async () => {
    const ask = input(['app06', 'sql04']);
    const plan = await operator.json<Plan>(['plan', 'patch-window', '--input', '-'], ask);
    expect(plan.material.change).toBe(ask.change);
    expect(plan.planHash).toMatch(/^[0-9a-f]{64}$/);
    const text = await operator.fettle(['plan', 'patch-window', '--input', '-', '--link'], ask);
    expect(text).toMatchObject({ code: 0 });
    expect(text.out).toContain('Plan hash');
    expect(text.out).toContain(`${lab.ui}/namespaces/${lab.namespace}/workflows/start-workflow?workflowId=`);
    for (const host of ['app06', 'sql04']) expect(effectsOf(lab.plant.plant, `${host}.corp.example`)).toEqual([]);
  });

  test('that a guard refuses exits with 5 and the reason', async () => {
    const { code, err } = await operator.fettle(
      ['plan', 'patch-window', '--input', '-', '--json'],
      input(['sql01'], ONE_WAVE),
    );
    expect(code).toBe(5);
    expect(JSON.parse(err.split('\n').at(-2) ?? '')).toMatchObject({ error: { type: 'PlanRefused' } });
  });
});

describe.concurrent('start --wait', () => {
  test('exits with 0 when every target succeeded, and prints the result alone on standard output', async () => {
    const { code, out, err } = await operator.fettle(
      ['start', 'patch-window', '--wait', '--json', '--input', '-'],
      input(['app01'], ONE_WAVE),
    );
    expect(code).toBe(0);
    const result = JSON.parse(out) as RunResult;
    expect(result).toMatchObject({ outcome: 'succeeded', targets: 1, ledger: { succeeded: 1 } });
    expect(err).toContain('app01.corp.example: succeeded');
    const description = await lab.client.workflow.getHandle(result.runId).describe();
    expect(await description.staticSummary()).toMatch(/^Patch window CHG\d+ at /);
    expect(await description.staticDetails()).toContain('how to steer it');
  });

  test('exits with 3 when one did not, and shows why', async () => {
    const { code, out } = await operator.fettle(
      ['start', 'patch-window', '--wait', '--input', '-'],
      input(['app02', 'sql01']),
    );
    expect(code).toBe(3);
    expect(out).toMatch(/sql01\.corp\.example\s+vestby\s+failed/);
    expect(out).toContain('LowDisk');
    expect(out).toContain('Handover');
  });
});

describe.concurrent('an operator', () => {
  test('pauses, is refused, resumes, skips and aborts a run by its ticket, and reads it all in the timeline', async () => {
    const runId = await startSoaking(['file01', 'file02', 'file03']);
    const change = runId.split('/')[1] ?? '';
    expect(
      await operator.fettle(['pause', change, '--reason', 'Batch 4711 runs', '--by', 'Kim Example']),
    ).toMatchObject({
      code: 0,
    });
    expect(await operator.json<RunStatus>(['status', change])).toMatchObject({ phase: 'paused' });
    expect((await operator.fettle(['list', '--waiting'])).out).toContain(runId);
    expect(await operator.fettle(['resume', change, '--reason', 'Batch is done'])).toMatchObject({ code: 0 });
    const again = await operator.fettle(['resume', change, '--reason', 'once more']);
    expect(again).toMatchObject({ code: 5, err: expect.stringContaining('not paused') as unknown });
    expect(await operator.fettle(['target', 'skip', change, 'FILE03', '--reason', 'Owner asked'])).toMatchObject({
      code: 0,
      err: '',
    });
    expect(await operator.fettle(['host', 'skip', change, 'nosuch', '--reason', 'x'])).toMatchObject({ code: 2 });
    expect(await operator.fettle(['abort', change, '--reason', 'Production needs the site'])).toMatchObject({
      code: 0,
    });
    expect(await operator.fettle(['watch', runId])).toMatchObject({ code: 3 });

    const result = await operator.json<RunResult>(['status', runId]);
    expect(result).toMatchObject({ outcome: 'aborted', targets: 3 });
    expect(ledgerTotal(result.ledger)).toBe(3);
    expect(await operator.fettle(['pause', runId, '--reason', 'too late'])).toMatchObject({ code: 5 });

    const { entries } = await operator.json<{ entries: TimelineEntry[] }>(['timeline', runId]);
    const said = entries.filter(({ what }) => what.startsWith('update '));
    expect(said.map(({ what }) => what)).toEqual([
      'update pause: Batch 4711 runs (says "Kim Example")',
      expect.stringContaining('update resume: Batch is done') as unknown,
      expect.stringContaining('update resume: once more') as unknown,
      expect.stringContaining('update skipTarget file03.corp.example: Owner asked') as unknown,
      expect.stringContaining('update abort: Production needs the site') as unknown,
    ]);
    expect(said.every(({ who }) => who?.endsWith('(fettle)'))).toBe(true);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted());
  });

  test('sees a terminated run told as such, with every target in one state and what it left behind', async () => {
    const runId = await startSoaking(['file04', 'file05', 'sql05']);
    await lab.client.workflow.getHandle(runId).terminate('by mistake');
    const { code, out } = await operator.fettle(['status', runId]);
    expect(code).toBe(3);
    expect(out).toContain('terminated from outside: by mistake');
    const status = await operator.json<RunStatus>(['status', runId]);
    expect(status).toMatchObject({ phase: 'closed', targets: 3, ledger: { succeeded: 2, 'not-started': 1 } });
    const { handover } = await operator.json<{ handover: HandoverItem[] }>(['handover', runId]);
    expect(handover.map(({ kind, target }) => `${kind} ${target}`)).toEqual(
      expect.arrayContaining(['not-succeeded sql05.corp.example', 'snapshot-alive file04.corp.example']),
    );
  });
});

test.concurrent('the doctor finds a lab in order', async () => {
  const { code, out } = await operator.fettle(['doctor']);
  expect(out).not.toContain('BAD');
  expect(out).toContain('up to 2048 KB');
  expect(code).toBe(0);
});

test.concurrent('a worker that has no PowerShell says what to install, and is no error of Fettle', async () => {
  const env = { HOME: checkoutDir, PATH: checkoutDir, TEMPORAL_ADDRESS: lab.address };
  const starting = promisify(execFile)(process.execPath, [join(checkoutDir, 'bin', 'fettle.mjs'), 'worker'], { env });
  await expect(starting).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/No PowerShell: FETTLE_PWSH is not set.*Install PowerShell 7\.5/) as unknown,
  });
  await expect(starting).rejects.not.toHaveProperty('stderr', expect.stringContaining('an error of Fettle'));
});
