import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { StartedRun } from '../../cli/start-run.ts';
import { startLab } from '../../lab/lab.ts';
import { createLog } from '../../workers/log.ts';
import { CommandLine } from '../cli/command-line.ts';
import { ownNamespace } from '../own-namespace.ts';
import { simulatedOnly } from '../simulated-only.ts';

interface Command {
  child: ChildProcess;
  /** Resolves at the first line of output that matches. */
  line(pattern: RegExp): Promise<void>;
  /** Resolves at the end, with everything that was said. */
  ended: Promise<{ code: number | null; said: string }>;
}

function fettle(...args: string[]): Command {
  const { NODE_ENV: _1, NODE_OPTIONS: _2, VITEST: _3, ...env } = process.env;
  const child = spawn(process.execPath, ['bin/fettle.mjs', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said: string[] = [];
  const waiting: { pattern: RegExp; resolve: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (text) => {
      said.push(text);
      for (const { pattern, resolve } of waiting) if (pattern.test(text)) resolve();
    });
  }
  return {
    child,
    line: (pattern) =>
      new Promise((resolve) => {
        waiting.push({ pattern, resolve });
        if (said.some((text) => pattern.test(text))) resolve();
      }),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (code) => resolve({ code, said: said.join('\n') }));
    }),
  };
}

/** Below the 15 seconds for which a query waits and the 20 for which the server holds a call that waits for a run; a busy machine has time enough. */
const SOON_MS = 12_000;

test('Ctrl-C ends the watching soon and in order, and leaves the run and its hosts alone', async () => {
  const lab = await startLab({
    hosts: 4,
    scale: 20,
    announce: false,
    environment: simulatedOnly(),
    faults: [],
    temporal: await ownNamespace(),
    bundle: { codePath: inject('workflowBundlePath') },
    log: createLog({ level: 'silent', readable: false }),
  });
  onTestFinished(() => lab.close());
  const example = ['--input', 'runbooks/patch-window/example.yaml'];
  const { runId } = await new CommandLine(lab.temporal).json<StartedRun>(['start', 'patch-window', ...example]);
  const watch = fettle('watch', runId, '--address', lab.address, '--namespace', lab.namespace);
  await watch.line(/run is running/);
  const asked = performance.now();
  watch.child.kill('SIGINT');
  const left = await watch.ended;
  expect(performance.now() - asked).toBeLessThan(SOON_MS);
  expect(left).toMatchObject({ code: 0, said: expect.stringContaining('No longer watching') as unknown });
  expect(left.said).not.toMatch(/cannot look|shut down/);
  expect((await lab.client.workflow.getHandle(runId).describe()).status.name).toBe('RUNNING');
});

test('a second Ctrl-C at the demo stops everything and says so, without a stack trace', async () => {
  const demo = fettle('demo', '--hosts', '4');
  await demo.line(/app01.*install/);
  demo.child.kill('SIGINT');
  await demo.line(/aborting at the safe point/);
  demo.child.kill('SIGINT');
  const { code, said } = await demo.ended;
  // In words rather than as a bare number, so that a failure shows what the demo said.
  expect(code === 1 ? '' : `${String(code)}: ${said}`).toBe('');
  expect(said).toContain('the run and its lab were stopped');
  expect(said).not.toMatch(/^\s+at |Channel has been shut down/m);
});
