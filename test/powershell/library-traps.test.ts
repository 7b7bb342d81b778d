import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { GroupedPowerShell } from '../../activities/powershell/grouped-powershell.ts';
import { Session } from '../../activities/powershell/session.ts';
import { simulatedShell } from '../../lab/shell/index.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryProgram } from '../temporary.ts';
import { processesOf } from './processes.ts';
import { realShell } from './shells.ts';

/** What node-powershell does by itself and a worker must not. */

const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TERM: 'dumb' };
const LIMITS = { limitMs: 20_000 };
const real = realShell();
const KB = 1024;
const CHARACTERS = 500 * KB;
/** A long text in PowerShell, made by JavaScript: the simulated shell knows only texts as they are, the real one reads long lines slowly. */
const LONG = { plain: `'"' + 'x'.repeat(${CHARACTERS}) + '"'`, short: `"'x' * ${CHARACTERS}"` };
const SHELLS = [
  { name: 'simulated PowerShell', executable: simulatedShell(), long: LONG.plain, skip: false },
  {
    name: real ? 'real PowerShell' : 'real PowerShell (skipped: neither FETTLE_PWSH nor PATH gives a pwsh)',
    executable: real ?? 'pwsh',
    long: LONG.short,
    skip: real === null,
  },
];

function open(executable = simulatedShell()): Session {
  const session = new Session({ executable, environment });
  onTestFinished(() => session.kill());
  return session;
}

test('PowerShell is started without a profile and without questions', async () => {
  const session = open();
  await session.exchange('[Console]::Out.WriteLine("up")', LIMITS);
  const { pid = 0 } = session;
  const line = processesOf([pid]).find((one) => new RegExp(`^${pid}\\s+${pid}\\s`).test(one));
  for (const argument of ['-NoLogo', '-NoProfile', '-NonInteractive', '-NoExit -Command -'])
    expect(line).toContain(argument);
});

test('commands and their output are not kept', async () => {
  const invoke = vi.spyOn(GroupedPowerShell.prototype, 'invoke');
  onTestFinished(() => invoke.mockRestore());
  const session = open();
  for (const text of ['one', 'two']) await session.exchange(`[Console]::Out.WriteLine("${text}")`, LIMITS);
  const shells = new Set(invoke.mock.contexts);
  expect(shells.size).toBe(1);
  for (const shell of shells) expect((shell as GroupedPowerShell).history).toEqual([]);
});

/** Runs TypeScript in a Node of its own. */
function runApart(source: string, { env = {}, options = [] }: { env?: Record<string, string>; options?: string[] }) {
  const args = [...options, '--import', 'tsx', '--input-type=module', '--eval', source];
  return promisify(execFile)(process.execPath, args, {
    cwd: checkoutDir,
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
}

describe.each(SHELLS)('on $name', ({ executable, long, skip }) => {
  test.skipIf(skip)('an answer does not stay in memory', { timeout: 60_000 }, async () => {
    // What is held on to on purpose shows that the measure sees what stays.
    const source = `
      import { setTimeout as delay } from 'node:timers/promises';
      import { Session } from './activities/powershell/session.ts';
      const session = new Session(${JSON.stringify({ executable, environment })});
      const long = ${long};
      async function call(stream) {
        const exchange = await session.exchange('[Console]::' + stream + '.WriteLine(' + long + ')', { limitMs: 20_000 });
        const said = (exchange.stdout + exchange.stderr).trim();
        if (said.length !== ${CHARACTERS}) throw new Error(exchange.end + ' ' + said.length + exchange.reason);
        return Buffer.from(said);
      }
      async function inUse() {
        for (let round = 0; round < 4; round += 1) { gc(); await delay(10); }
        const { heapUsed, external } = process.memoryUsage();
        return heapUsed + external;
      }
      async function growth(calls, hold) {
        const before = await inUse();
        for (let done = 0; done < calls; done += 2) for (const stream of ['Out', 'Error']) hold(await call(stream));
        return (await inUse() - before) / calls;
      }
      const held = [];
      await growth(4, () => undefined);
      const kept = await growth(20, () => undefined);
      const control = await growth(20, (answer) => held.push(answer));
      await session.end();
      // Named once more, so that it is held until here.
      console.log(JSON.stringify({ kept, control, held: held.length }));`;
    const { stdout } = await runApart(source, { options: ['--expose-gc'] });
    const { kept, control } = JSON.parse(stdout) as { kept: number; control: number };
    expect(control).toBeGreaterThan(450 * KB);
    expect(kept).toBeLessThan(100 * KB);
  });

  test.skipIf(skip)('a process that ends by itself with code 0 has left its command unanswered', async () => {
    const session = open(executable);
    const { end, reason } = await session.exchange('exit 0', LIMITS);
    expect({ end, reason }).toEqual({ end: 'died', reason: 'the process ended by itself' });
    expect(session.alive).toBe(false);
  });
});

test('with DEBUG set nothing of a request or its answer is printed', async () => {
  const source = `
    import { Session } from './activities/powershell/session.ts';
    const session = new Session({ executable: ${JSON.stringify(simulatedShell())}, environment: process.env });
    const { end } = await session.exchange('[Console]::Out.WriteLine("canary")', { limitMs: 20_000 });
    await session.kill();
    console.log('it ' + end);`;
  const { stdout, stderr } = await runApart(source, { env: { DEBUG: '*' } });
  expect(stdout).toBe('it settled\n');
  expect(stderr).not.toContain('canary');
});

test('what floods the output has cost the session its process', async () => {
  const flood = await temporaryProgram(
    `process.stdin.on('data', () => process.stdout.write('x'.repeat(4 * 1024 * 1024)));`,
  );
  const session = open(flood);
  expect(await session.exchange('anything', LIMITS)).toMatchObject({ end: 'flooded' });
  expect(session.alive).toBe(false);
  expect(processesOf([session.pid ?? 0])).toEqual([]);
});

test('what a process said before it ended is read to its end', async () => {
  const size = 2 * 1024 * 1024;
  const last = await temporaryProgram(`process.stdin.once('data', () => {
    process.stdout.write('x'.repeat(${size}) + 'the last word');
    process.stdout.write('', () => process.exit(3));
  });`);
  const { end, stdout } = await open(last).exchange('anything', LIMITS);
  expect(end).toBe('died');
  expect(stdout).toHaveLength(size + 'the last word'.length);
});
