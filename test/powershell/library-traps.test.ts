import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { childEnvironment } from '../../activities/powershell/child-environment.ts';
import { Session } from '../../activities/powershell/session.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryProgram } from '../temporary.ts';
import { processesOf } from './processes.ts';
import { answering, because, noRealShell } from './shells.ts';

/** What node-powershell does by itself and a worker must not, and what must not depend on it. */

const environment = childEnvironment(process.env);
const LIMITS = { limitMs: 20_000 };
const ID = '3f0f3c0a-6d6f-4f0c-9f43-7f5a3c1d2e4b';
/** A line that the stand-ins take for the one that loads the dispatcher. */
const START = `try { . '' '${ID}' }`;
const KB = 1024;

async function open(source: string): Promise<Session> {
  const session = new Session({ executable: await temporaryProgram(source), environment });
  onTestFinished(() => session.kill());
  return session;
}

test('PowerShell is started without a profile and without questions', async () => {
  const session = await open(answering(`'7.6.0'`));
  expect(await session.exchange(START, ID, LIMITS)).toMatchObject({ end: 'answered' });
  const { pid = 0 } = session;
  const line = processesOf([pid]).find((one) => new RegExp(`^${pid}\\s+${pid}\\s`).test(one));
  for (const argument of ['-NoLogo', '-NoProfile', '-NonInteractive', '-NoExit -Command -'])
    expect(line).toContain(argument);
});

test('a process that ends by itself with code 0 has left its request unanswered, and takes no other', async () => {
  const session = await open(`process.stdin.once('data', () => process.exit(0));`);
  for (const line of ['anything', 'another']) {
    const { end, reason } = await session.exchange(line, ID, LIMITS);
    expect({ end, reason }).toEqual({ end: 'died', reason: 'the process ended with code 0' });
  }
  expect(session.alive).toBe(false);
});

test('a process that says much on its error stream goes on: somebody takes it', async () => {
  const size = 64 * KB;
  const much = `for (let i = 0; i < 20; i += 1) require('node:fs').writeSync(2, 'x'.repeat(${size})); if (starting)`;
  const session = await open(answering(`'7.6.0'`).replace('if (starting)', much));
  const { end, stderr } = await session.exchange(START, ID, LIMITS);
  expect({ end, length: stderr.length }).toEqual({ end: 'answered', length: 20 * size });
});

test('a process that ends is heard to its last word', async () => {
  const size = 2 * 1024 * KB;
  const session = await open(`process.stdin.once('data', () => {
    process.stdout.write('x'.repeat(${size}) + 'the last word');
    process.stdout.write('', () => process.exit(3));
  });`);
  const { end, stdout } = await session.exchange('anything', ID, LIMITS);
  expect({ end, length: stdout.length }).toEqual({ end: 'died', length: size + 'the last word'.length });
});

test.skipIf(noRealShell !== null)(
  `an answer does not stay in memory, nor on the console with DEBUG set${because(noRealShell)}`,
  async () => {
    // In a Node of its own. What is held on to on purpose shows that the measure sees what stays.
    const source = `
    import { setTimeout as delay } from 'node:timers/promises';
    import { openTextShell } from './test/powershell/text-shell.ts';
    const { run, shell } = openTextShell();
    async function inUse() {
      for (let round = 0; round < 4; round += 1) { gc(); await delay(10); }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    }
    async function growth(calls, hold) {
      const before = await inUse();
      for (let done = 0; done < calls; done += 1) {
        const { result } = await run("@{ value = 'x' * ${500 * KB} }");
        hold(Buffer.from(result.value));
      }
      return (await inUse() - before) / calls;
    }
    const held = [];
    await growth(4, () => undefined);
    const kept = await growth(20, () => undefined);
    const control = await growth(20, (answer) => held.push(answer));
    // Named once more, so that it is held until here.
    console.log(JSON.stringify({ kept, control, held: held.length }));
    await shell.close();`;
    const args = ['--expose-gc', '--import', 'tsx', '--input-type=module', '--eval', source];
    const env = { ...process.env, DEBUG: '*' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: checkoutDir, env });
    const { kept, control } = JSON.parse(stdout) as { kept: number; control: number };
    expect(control).toBeGreaterThan(450 * KB);
    expect(kept).toBeLessThan(100 * KB);
    expect(stderr).not.toContain('xxxxxxxx');
  },
  60_000,
);
