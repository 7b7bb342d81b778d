import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerTotal } from '../../model/ledger.ts';
import type { RunResult } from '../../model/run.ts';
import { realShell } from '../powershell/shells.ts';

const MINUTE = 60_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-clone-'));
  const cloned = spawnSync('git', ['clone', '--quiet', process.cwd(), folder], { encoding: 'utf8' });
  if (cloned.status !== 0) throw new Error(`The checkout could not be cloned: ${cloned.stderr}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command in the clone, as a newcomer would, without what this test run set in the environment. */
async function inClone(command: string, args: string[]): Promise<Ended> {
  const { NODE_ENV: _1, NODE_OPTIONS: _2, VITEST: _3, ...env } = process.env;
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, stdout, stderr };
}

/** Processes that still run a program of the clone. */
function leftBehind(): string {
  const { stdout } = spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line.includes(folder))
    .join('\n');
}

test(
  'the demo sets itself up in a clean clone, and ends with a ledger that sums and hosts in trouble',
  { timeout: 10 * MINUTE },
  async () => {
    const { code, stdout, stderr } = await inClone('npm', [
      'run',
      '--silent',
      'demo',
      '--',
      '--scale',
      '1000',
      '--json',
    ]);
    // In words rather than as a bare number, so that a failure shows what the demo said.
    expect(code === 3 ? '' : `${String(code)}: ${stderr}`).toBe('');
    const result = JSON.parse(stdout) as RunResult;
    expect(result).toMatchObject({
      runbook: 'patch-window',
      outcome: 'partly',
      targets: 24,
      simulated: realShell() === null ? ['plant', 'powershell'] : ['plant'],
      // The same on the simulated shell and on the real one.
      ledger: { succeeded: 20, failed: 3, unreachable: 1 },
    });
    expect(ledgerTotal(result.ledger)).toBe(result.targets);
    expect(result.planHash).toMatch(/^[0-9a-f]{64}$/);
    const inTrouble = new Set(
      result.handover.filter(({ kind }) => kind === 'not-succeeded').map(({ target }) => target),
    );
    expect(inTrouble.size).toBe(result.targets - result.ledger.succeeded);
    expect(leftBehind()).toBe('');
  },
);

test('a set-up that was done already is not done again', { timeout: MINUTE }, async () => {
  const { code, stderr } = await inClone('node', ['scripts/setup.mjs']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('npx fettle finds the command of the clone', { timeout: MINUTE }, async () => {
  const { code, stdout } = await inClone('npx', ['fettle', 'config', 'check', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toBeTruthy();
});
