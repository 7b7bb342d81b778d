import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { childEnvironment } from '../../activities/powershell/child-environment.ts';
import { Session } from '../../activities/powershell/session.ts';
import { simulatedShell } from '../../lab/shell/index.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryProgram } from '../temporary.ts';
import { processesOf } from './processes.ts';
import { answering, SHELLS } from './shells.ts';

/** What node-powershell does by itself and a worker must not, and what must not depend on it. */

const environment = childEnvironment(process.env);
const LIMITS = { limitMs: 20_000 };
const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';
const KB = 1024;
const CHARACTERS = 500 * KB;

async function open(source: string): Promise<Session> {
  const session = new Session({ executable: await temporaryProgram(source), environment });
  onTestFinished(() => session.kill());
  return session;
}

/** A line that the stand-ins take for the one that loads the dispatcher. */
const START = `try { . '' '${ID}' }`;

test('PowerShell is started without a profile and without questions', async () => {
  const session = await open(answering(`'7.6.0'`));
  expect(await session.exchange(START, ID, LIMITS)).toMatchObject({ end: 'answered' });
  const { pid = 0 } = session;
  const line = processesOf([pid]).find((one) => new RegExp(`^${pid}\\s+${pid}\\s`).test(one));
  for (const argument of ['-NoLogo', '-NoProfile', '-NonInteractive', '-NoExit -Command -'])
    expect(line).toContain(argument);
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

/** TypeScript that opens a shell as `shell` and says what `large` characters as the answer of a call take. */
function largeCalls(executable: string): string {
  const simulated = executable === simulatedShell();
  return `
    import { testShell, LOCAL } from './test/powershell/shells.ts';
    import { shellBehaviour } from './lab/shell/index.ts';
    const shell = testShell({ executable: ${JSON.stringify(executable)}, simulatedShell: ${simulated} });
    async function call() {
      const outcome = await shell.call(shellBehaviour, LOCAL, { Behaviour: 'large', Value: ${CHARACTERS} });
      if (outcome.kind !== 'result') throw new Error(JSON.stringify(outcome));
      return Buffer.from(outcome.result.value);
    }`;
}

describe.each(SHELLS)('on $name', ({ executable, missing }) => {
  test.skipIf(missing !== null)('an answer does not stay in memory', { timeout: 60_000 }, async () => {
    // What is held on to on purpose shows that the measure sees what stays.
    const source = `
    import { setTimeout as delay } from 'node:timers/promises';
    ${largeCalls(executable)}
    async function inUse() {
      for (let round = 0; round < 4; round += 1) { gc(); await delay(10); }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    }
    async function growth(calls, hold) {
      const before = await inUse();
      for (let done = 0; done < calls; done += 1) hold(await call());
      return (await inUse() - before) / calls;
    }
    const held = [];
    await growth(4, () => undefined);
    const kept = await growth(20, () => undefined);
    const control = await growth(20, (answer) => held.push(answer));
    await shell.close();
    // Named once more, so that it is held until here.
    console.log(JSON.stringify({ kept, control, held: held.length }));`;
    const { stdout } = await runApart(source, { options: ['--expose-gc'] });
    const { kept, control } = JSON.parse(stdout) as { kept: number; control: number };
    expect(control).toBeGreaterThan(450 * KB);
    expect(kept).toBeLessThan(100 * KB);
  });
});

describe('a process', () => {
  test('that ends by itself with code 0 has left its request unanswered', async () => {
    const session = await open(`process.stdin.once('data', () => process.exit(0));`);
    const { end, reason } = await session.exchange('anything', ID, LIMITS);
    expect({ end, reason }).toEqual({ end: 'died', reason: 'the process ended by itself' });
    expect(session.alive).toBe(false);
  });

  test('that says much on its error stream goes on: somebody takes it', async () => {
    const size = 64 * KB;
    const session = await open(
      answering(`'7.6.0'`).replace(
        'if (starting)',
        `for (let i = 0; i < 20; i += 1) require('node:fs').writeSync(2, 'x'.repeat(${size})); if (starting)`,
      ),
    );
    const { end, stderr } = await session.exchange(START, ID, LIMITS);
    expect({ end, length: stderr.length }).toEqual({ end: 'answered', length: 20 * size });
  });

  test('that floods its output has lost its life', async () => {
    const session = await open(`process.stdin.on('data', () => process.stdout.write('x'.repeat(4 * 1024 * 1024)));`);
    expect(await session.exchange('anything', ID, LIMITS)).toMatchObject({ end: 'flooded' });
    expect(session.alive).toBe(false);
    expect(processesOf([session.pid ?? 0])).toEqual([]);
  });

  test('that ends is heard to its last word', async () => {
    const size = 2 * 1024 * 1024;
    const session = await open(`process.stdin.once('data', () => {
      process.stdout.write('x'.repeat(${size}) + 'the last word');
      process.stdout.write('', () => process.exit(3));
    });`);
    const { end, stdout } = await session.exchange('anything', ID, LIMITS);
    expect(end).toBe('died');
    expect(stdout).toHaveLength(size + 'the last word'.length);
  });
});

test('with DEBUG set nothing of a request or its answer is printed', async () => {
  const source = `${largeCalls(simulatedShell())}
    await shell.call(shellBehaviour, LOCAL, { Behaviour: 'echo', Value: 'canary' });
    await shell.close();
    console.log('done');`;
  const { stdout, stderr } = await runApart(source, { env: { DEBUG: '*' } });
  expect(stdout).toBe('done\n');
  expect(stderr).not.toContain('canary');
});
