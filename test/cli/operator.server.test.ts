import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { main } from '../../cli/main.ts';
import type { TimelineEntry } from '../../cli/history/timeline.ts';
import type { StartedRun } from '../../cli/start-run.ts';
import { startLab, type Lab } from '../../lab/lab.ts';
import { ledgerTotal } from '../../model/ledger.ts';
import type { Plan } from '../../model/plan.ts';
import type { HandoverItem, RunResult, RunStatus } from '../../model/run.ts';
import { createLog } from '../../workers/log.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { capture } from './fixtures.ts';

let lab: Lab;
let tickets = 0;

beforeAll(async () => {
  lab = await open({ faults: [{ host: 'sql01.corp.example', fault: 'low-disk', freeMb: 900 }] });
});
afterAll(() => lab.close());

function open(options: Partial<Parameters<typeof startLab>[0]>): Promise<Lab> {
  return startLab({
    hosts: 4,
    scale: 3000,
    announce: false,
    temporalCli: inject('temporalCli'),
    bundle: { codePath: inject('workflowBundlePath') },
    log: createLog({ level: 'silent', readable: false }),
    ...options,
  });
}

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

interface Said {
  code: number;
  out: string;
  err: string;
}

async function fettleAt(place: Lab, argv: string[], stdin: unknown = ''): Promise<Said> {
  const streams = capture(typeof stdin === 'string' ? stdin : JSON.stringify(stdin));
  const code = await main([...argv, '--address', place.address, '--ui', place.ui ?? ''], streams);
  return { code, out: streams.out(), err: streams.err() };
}

const fettle = (argv: string[], stdin?: unknown): Promise<Said> => fettleAt(lab, argv, stdin);

async function jsonAt<T>(place: Lab, argv: string[], stdin?: unknown): Promise<T> {
  const { out } = await fettleAt(place, [...argv, '--json'], stdin);
  return JSON.parse(out) as T;
}

const json = <T>(argv: string[], stdin?: unknown): Promise<T> => jsonAt<T>(lab, argv, stdin);

/** Starts a run that soaks for an hour after app01 and app02, with file01 still to come, and waits until it does. */
async function startSoaking(place: Lab): Promise<string> {
  const waves = [{ tag: 'canary', canary: false }, { rest: true }];
  const ask = input(['app01', 'app02', 'file01'], { soak: '1h', waves });
  const { runId } = await jsonAt<StartedRun>(place, ['start', 'patch-window', '--input', '-'], ask);
  await expect
    .poll(async () => (await jsonAt<RunStatus>(place, ['status', runId])).waiting ?? '', {
      timeout: 30_000,
      interval: 200,
    })
    .toContain('Soak');
  return runId;
}

describe('plan', () => {
  test('prints the frozen plan and touches nothing', async () => {
    const before = lab.plant.plant.journal().length;
    const ask = input(['app01', 'sql01']);
    const plan = await json<Plan>(['plan', 'patch-window', '--input', '-'], ask);
    expect(plan.material.change).toBe(ask.change);
    expect(plan.planHash).toMatch(/^[0-9a-f]{64}$/);
    const text = await fettle(['plan', 'patch-window', '--input', '-', '--link'], ask);
    expect(text).toMatchObject({ code: 0 });
    expect(text.out).toContain('Plan hash');
    expect(text.out).toContain(`${lab.ui}/namespaces/default/workflows/start-workflow?workflowId=`);
    expect(lab.plant.plant.journal().length).toBe(before);
  });

  test('that a guard refuses exits with 5 and the reason', async () => {
    const { code, err } = await fettle(['plan', 'patch-window', '--input', '-', '--json'], input(['sql01'], ONE_WAVE));
    expect(code).toBe(5);
    expect(JSON.parse(err.split('\n').at(-2) ?? '')).toMatchObject({ error: { type: 'PlanRefused' } });
  });
});

describe('start --wait', () => {
  test('exits with 0 when every target succeeded, and prints the result alone on standard output', async () => {
    const { code, out, err } = await fettle(
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
    const { code, out } = await fettle(['start', 'patch-window', '--wait', '--input', '-'], input(['file01', 'sql01']));
    expect(code).toBe(3);
    expect(out).toMatch(/sql01\.corp\.example\s+vestby\s+failed/);
    expect(out).toContain('LowDisk');
    expect(out).toContain('Handover');
  });
});

describe('an operator', () => {
  test('pauses, is refused, resumes, skips and aborts a run by its ticket, and reads it all in the timeline', async () => {
    const runId = await startSoaking(lab);
    const change = runId.split('/')[1] ?? '';
    expect(await fettle(['pause', change, '--reason', 'Batch 4711 runs', '--by', 'Kim Example'])).toMatchObject({
      code: 0,
    });
    expect(await json<RunStatus>(['status', change])).toMatchObject({ phase: 'paused' });
    expect((await fettle(['list', '--waiting'])).out).toContain(runId);
    expect(await fettle(['resume', change, '--reason', 'Batch is done'])).toMatchObject({ code: 0 });
    const again = await fettle(['resume', change, '--reason', 'once more']);
    expect(again).toMatchObject({ code: 5, err: expect.stringContaining('not paused') as unknown });
    expect(await fettle(['target', 'skip', change, 'FILE01', '--reason', 'Owner asked'])).toMatchObject({
      code: 0,
      err: '',
    });
    expect(await fettle(['host', 'skip', change, 'nosuch', '--reason', 'x'])).toMatchObject({ code: 2 });
    expect(await fettle(['abort', change, '--reason', 'Production needs the site'])).toMatchObject({ code: 0 });
    expect(await fettle(['watch', runId])).toMatchObject({ code: 3 });

    const result = await json<RunResult>(['status', runId]);
    expect(result).toMatchObject({ outcome: 'aborted', targets: 3 });
    expect(ledgerTotal(result.ledger)).toBe(3);
    expect(await fettle(['pause', runId, '--reason', 'too late'])).toMatchObject({ code: 5 });

    const { entries } = await json<{ entries: TimelineEntry[] }>(['timeline', runId]);
    const said = entries.filter(({ what }) => what.startsWith('update '));
    expect(said.map(({ what }) => what)).toEqual([
      'update pause: Batch 4711 runs (says "Kim Example")',
      expect.stringContaining('update resume: Batch is done') as unknown,
      expect.stringContaining('update resume: once more') as unknown,
      expect.stringContaining('update skipTarget file01.corp.example: Owner asked') as unknown,
      expect.stringContaining('update abort: Production needs the site') as unknown,
    ]);
    expect(said.every(({ who }) => who?.endsWith('(fettle)'))).toBe(true);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted());
  });

  test('sees a terminated run told as such, with every target in one state and what it left behind', async () => {
    const own = await open({ faults: [] });
    try {
      const runId = await startSoaking(own);
      await own.client.workflow.getHandle(runId).terminate('by mistake');
      const { code, out } = await fettleAt(own, ['status', runId]);
      expect(code).toBe(3);
      expect(out).toContain('terminated from outside: by mistake');
      const status = await jsonAt<RunStatus>(own, ['status', runId]);
      expect(status).toMatchObject({ phase: 'closed', targets: 3, ledger: { succeeded: 2, 'not-started': 1 } });
      const { handover } = await jsonAt<{ handover: HandoverItem[] }>(own, ['handover', runId]);
      expect(handover.map(({ kind, target }) => `${kind} ${target}`)).toEqual(
        expect.arrayContaining(['not-succeeded file01.corp.example', 'snapshot-alive app01.corp.example']),
      );
    } finally {
      await own.close();
    }
  });
});

test('the doctor finds a lab in order', async () => {
  const { code, out } = await fettle(['doctor']);
  expect(out).not.toContain('BAD');
  expect(code).toBe(0);
});

test('without a worker a command says so instead of waiting, and a pause is left with the server', async () => {
  const idle = await open({ worker: false });
  try {
    const ask = input(['app01'], ONE_WAVE);
    const at = (...argv: string[]): Promise<Said> => fettleAt(idle, [...argv, '--json'], ask);
    expect(await at('plan', 'patch-window', '--input', '-')).toMatchObject({ code: 4 });
    const started = await at('start', 'patch-window', '--input', '-');
    expect(started).toMatchObject({ code: 0, err: expect.stringContaining('No worker') as unknown });
    const { runId } = JSON.parse(started.out) as StartedRun;
    expect(await at('status', runId)).toMatchObject({ code: 4 });
    expect(await at('pause', runId, '--reason', 'wait')).toMatchObject({ code: 4 });
    const { entries } = JSON.parse((await at('timeline', runId)).out) as { entries: TimelineEntry[] };
    expect(entries.at(-1)?.what).toMatch(/^signal pause: wait/);
    expect(await at('doctor')).toMatchObject({ code: 4 });
  } finally {
    await idle.close();
  }
});

test('a worker that has no PowerShell says what to install, and is no error of Fettle', async () => {
  const env = { HOME: checkoutDir, PATH: checkoutDir, TEMPORAL_ADDRESS: lab.address };
  const starting = promisify(execFile)(process.execPath, [join(checkoutDir, 'bin', 'fettle.mjs'), 'worker'], { env });
  await expect(starting).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/No PowerShell: FETTLE_PWSH is not set.*Install PowerShell 7\.5/) as unknown,
  });
  await expect(starting).rejects.not.toHaveProperty('stderr', expect.stringContaining('an error of Fettle'));
});
