import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { GroupedPowerShell } from '../../activities/powershell/grouped-powershell.ts';
import { Session } from '../../activities/powershell/session.ts';
import { simulatedShell } from '../../lab/shell/index.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryProgram } from '../temporary.ts';
import { processesOf } from './processes.ts';

/** What node-powershell does by itself and a worker must not. */

const environment = { PATH: process.env['PATH'] ?? '', TERM: 'dumb' };
const LIMITS = { limitMs: 20_000 };

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

test('with DEBUG set nothing of a request or its answer is printed', async () => {
  const source = `
    import { Session } from './activities/powershell/session.ts';
    const session = new Session({ executable: ${JSON.stringify(simulatedShell())}, environment: process.env });
    const { end } = await session.exchange('[Console]::Out.WriteLine("canary")', { limitMs: 20_000 });
    await session.kill();
    console.log('it ' + end);`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', source],
    { cwd: checkoutDir, env: { ...process.env, DEBUG: '*' }, timeout: 20_000 },
  );
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
