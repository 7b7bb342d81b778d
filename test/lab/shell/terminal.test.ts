import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { simulatedShell } from '../../../lab/shell/index.ts';

/** Starts the simulated shell as the library does, writes its lines and waits for its end. */
async function run(lines: string[], environment: Record<string, string> = {}) {
  const child = spawn(simulatedShell(), ['-NoLogo', '-NoProfile', '-NoExit', '-Command', '-'], {
    env: { ...process.env, TERM: 'dumb', ...environment },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = (await once(child, 'exit')) as [number | null];
  const [stdout, stderr] = await output;
  return { code, stdout, stderr };
}

const SAY = '[Console]::Out.WriteLine("abcdefghijklmnop")';

test('it writes the library delimiters to the stream that is asked for', async () => {
  const { stdout, stderr } = await run([SAY, '[Console]::Error.WriteLine("ponmlkjihgfedcba")']);
  expect({ stdout, stderr }).toEqual({ stdout: 'abcdefghijklmnop\n', stderr: 'ponmlkjihgfedcba\n' });
});

test('on a real terminal it puts control sequences before every output, as PowerShell does', async () => {
  const { stdout } = await run([SAY], { TERM: 'xterm-256color' });
  expect(stdout).toBe('\u001B[?1h\u001B[?1labcdefghijklmnop\n');
});

test('exit at top level ends the process with its code', async () => {
  expect(await run(['exit 3', SAY])).toMatchObject({ code: 3, stdout: '' });
});

test('it knows no request before the dispatcher is loaded, and no other command at all', async () => {
  const { stdout, stderr } = await run([`Invoke-FettleRequest 'e30='`, 'Get-Date']);
  expect(stdout).toBe('');
  expect(stderr.match(/is not recognized/g)).toHaveLength(2);
});

test('it ends when its owner goes', async () => {
  expect(await run([])).toMatchObject({ code: 0 });
});
