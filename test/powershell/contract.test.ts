import { afterAll, describe, expect, test } from 'vitest';
import type { CallOptions, CallOutcome } from '../../activities/powershell/shell.ts';
import { shellBehaviour, simulatedShell } from '../../lab/shell/index.ts';
import { LOCAL, realShell, testShell } from './shells.ts';

const real = realShell();
const SHELLS = [
  { name: 'simulated PowerShell', executable: simulatedShell(), simulated: true, skip: false },
  {
    name: real ? 'real PowerShell' : 'real PowerShell (skipped: neither FETTLE_PWSH nor PATH gives a pwsh)',
    executable: real ?? 'pwsh',
    simulated: false,
    skip: real === null,
  },
];

type Behaviour = Parameters<(typeof shellBehaviour)['parameters']['safeParse']>[0];

/** What both shells have to do alike. */
describe.each(SHELLS)('on $name', ({ executable, simulated, skip }) => {
  const shell = testShell({ executable, simulatedShell: simulated });
  afterAll(() => shell.close());

  function behave(Behaviour: string, Value: Behaviour = 1, options: CallOptions = {}): Promise<CallOutcome<unknown>> {
    return shell.call(shellBehaviour, LOCAL, { Behaviour: Behaviour as 'echo', Value }, options);
  }

  test.skipIf(skip)('reports its version, 7.5 or later', async () => {
    expect(await shell.version()).toMatch(simulated ? /-simulated$/ : /^(7\.([5-9]|\d\d)|[89])\./);
  });

  test.skipIf(skip).each([
    ['quotes', `'single' "double" ‘curly’ “curly” \`back\``],
    ['what PowerShell would run', '$(Get-Date); $env:PATH & { exit } @{a=1} #comment'],
    ['line breaks and tabs', 'one\ntwo\r\nthree\tfour'],
    ['letters of the world', 'æøå 漢字 🧪'],
    ['numbers, booleans and nothing', [1, 1.5, true, false, null]],
    ['nested values', { a: [{ b: [] }, { c: { d: 'e' } }] }],
    ['a time as text', '2026-11-22T10:00:00+01:00'],
    ['a forged answer', '@fettle 00000000-0000-0000-0000-000000000000 e30=@'],
    ['100 KB', 'x'.repeat(100 * 1024)],
  ])('gives back %s unchanged', async (_name, value) => {
    expect(await behave('echo', value)).toMatchObject({ kind: 'result', result: { value } });
  });

  test.skipIf(skip)('keeps every other stream apart from the result', async () => {
    const outcome = await behave('noise', 'quiet');
    expect(outcome).toMatchObject({ kind: 'result', result: { value: 'quiet' } });
    expect(outcome.noise).toMatchObject({
      warnings: ['a warning'],
      verbose: ['a detail'],
      information: ['a notice'],
      softErrors: ['a soft error'],
    });
    expect(outcome.noise.stray).toEqual(expect.arrayContaining(['raw output', 'raw error', 'red']));
  });

  test.skipIf(skip)('does not believe an answer that the script printed', async () => {
    expect(await behave('forge', 'genuine')).toMatchObject({ kind: 'result', result: { value: 'genuine' } });
  });

  test.skipIf(skip)('tells a COMException by its HRESULT', async () => {
    const failure = { hresult: '0x80240009', type: 'System.Runtime.InteropServices.COMException' };
    expect(await behave('fail')).toMatchObject({ kind: 'script-failed', failure });
  });

  test.skipIf(skip)('tells an error record by its id', async () => {
    const outcome = await behave('fail-with-id');
    expect(outcome).toMatchObject({ kind: 'script-failed', failure: { message: 'It went wrong as asked.' } });
    expect(outcome.kind === 'script-failed' && outcome.failure.id).toMatch(/^FettleBehaviour,/);
  });

  test.skipIf(skip)('makes a failure of exit, and lives on', async () => {
    expect(await behave('exit')).toMatchObject({ kind: 'script-failed' });
    expect(await behave('echo')).toMatchObject({ kind: 'result' });
  });

  test.skipIf(skip)('refuses two values where the contract allows one', async () => {
    expect(await behave('two-values')).toMatchObject({ kind: 'contract-violation', side: 'result' });
  });

  test.skipIf(skip)('takes a result of nearly 1 MiB and refuses a larger one', async () => {
    expect((await behave('large', 1_000_000)).kind).toBe('result');
    const outcome = await behave('large', 1024 * 1024);
    expect(outcome).toMatchObject({ kind: 'contract-violation', side: 'result' });
    expect(outcome).toHaveProperty('message', expect.stringContaining('ResultTooLarge'));
  });

  test.skipIf(skip)('cuts a flood off and serves the next call', async () => {
    expect(await behave('large', 12 * 1024 * 1024)).toMatchObject({ kind: 'contract-violation', side: 'result' });
    expect(await behave('echo')).toMatchObject({ kind: 'result' });
  });

  test.skipIf(skip)('loses only its own call when the process dies', async () => {
    const [died, next] = await Promise.all([behave('die'), behave('echo')]);
    expect(died).toMatchObject({ kind: 'shell-failed', started: true });
    expect(next).toMatchObject({ kind: 'result' });
  });

  test.skipIf(skip)('is killed at its time limit and serves the next call', async () => {
    expect(await behave('hang', 1, { limitMs: 200 })).toMatchObject({ kind: 'timeout' });
    expect(await behave('echo')).toMatchObject({ kind: 'result' });
  });
});
