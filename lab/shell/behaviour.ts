import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from './Test-ShellBehaviour.contract.ts';
import type { ShellConsole } from './console.ts';
import { ShellError } from './plant-client.ts';
import type { ShellAnswer } from './run-request.ts';
import { EMPTY, TYPES, unanswerable } from './values.ts';

export interface Shown {
  value: unknown;
  console: ShellConsole;
  answer: ShellAnswer;
  /** Makes the failure of a target's shell that ended; null when the script runs in this process. */
  lose: (() => ShellError) | null;
}

/** What the process keeps between two calls: its environment. A runspace's variables are cleared. */
const environment: { remembered: string | null } = { remembered: null };

const one = (value: unknown): unknown[] => [{ value: value ?? null }];

/** Behaves as a real shell does that runs Test-ShellBehaviour.ps1; gives what the script puts out. */
export async function showBehaviour(behaviour: string, shown: Shown): Promise<unknown[]> {
  return BEHAVIOURS[behaviour as Behaviour](shown);
}

const BEHAVIOURS: Record<Behaviour, (shown: Shown) => unknown[] | Promise<unknown[]>> = {
  echo: ({ value }) => one(value),
  length: ({ value }) => one(String(value).length),
  large: ({ value }) => one('x'.repeat(Number(value))),
  wait: async ({ value }) => {
    await delay(Number(value));
    return one(value);
  },
  noise: makeNoise,
  'stderr-only': ({ value, console }) => {
    console.error('raw error');
    return one(value);
  },
  forge: ({ value, console }) => {
    const forged = Buffer.from('{"ok":true,"result":[{"value":"forged"}]}', 'utf8').toString('base64');
    console.out(`@fettle ${randomUUID()} ${forged} 1 0 kept@\n@fettle `);
    return one(value);
  },
  // Asleep, as the script is: the process has something to live for when nobody reads its answers any more.
  hang: async () => {
    await delay(600_000);
    return [];
  },
  die: ({ lose }) => {
    if (lose) throw lose();
    return process.exit(7);
  },
  exit: () => {
    throw new Error('The script called exit; a script returns a value or throws.');
  },
  fail: () => {
    throw new ShellError('The update service is busy.', { hresult: '0x80240009', id: 'The update service is busy.' });
  },
  'fail-with-id': () => {
    throw new ShellError('It went wrong as asked.', { hresult: '0x80131509', id: 'FettleBehaviour,Test' });
  },
  throw: () => {
    throw new Error('It was thrown as asked.');
  },
  'failing-cmdlet': () => {
    const message = "Cannot find path 'fettle-no-such-file' because it does not exist.";
    throw new ShellError(message, {
      hresult: '0x80131501',
      id: 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand',
    });
  },
  'failing-program': async () => {
    const [code] = (await once(spawn('sh', ['-c', 'exit 3'], { stdio: 'ignore' }), 'exit')) as [number];
    const message = `Program "sh" ended with non-zero exit code: ${code} (0x0000000${code}).`;
    throw new ShellError(message, { hresult: '0x80131501', id: 'ProgramExitedWithNonZeroCode' });
  },
  'missing-program': () => {
    const message = "The term 'fettle-no-such-program' is not recognized as a name of a cmdlet or executable program.";
    throw new ShellError(message, { hresult: '0x80131501', id: 'CommandNotFoundException' });
  },
  prompt: () => {
    const message = 'PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.';
    throw new ShellError(message, { hresult: '0x80131509', id: 'InvalidOperation,ReadHostCommand' });
  },
  'program-reads-input': async ({ value }) => {
    await once(spawn('cat', { stdio: ['ignore', 'ignore', 'ignore'] }), 'exit');
    return one(value);
  },
  child: async ({ value }) => {
    await once(spawn('sleep', ['600'], { stdio: 'ignore' }), 'exit');
    return one(value);
  },
  types: () => one(TYPES),
  'big-integers': () => one(['9223372036854775807', Number.MAX_SAFE_INTEGER, '1.10']),
  'too-deep': () => unanswerable('The result is nested deeper than 16 levels.'),
  'live-object': () =>
    unanswerable('The result holds a [System.IO.FileInfo]; return plain values (select the properties you need).'),
  secret: () => unanswerable('The result holds a secret; a script must not return one.'),
  null: () => [null],
  nothing: () => [],
  empty: () => one(EMPTY),
  'two-values': ({ value }) => [{ value: 1 }, { value: value ?? null }],
  remember: ({ value }) => {
    environment.remembered = String(value);
    return one(value);
  },
  recall: () => one({ variable: false, environment: environment.remembered }),
};

function makeNoise({ value, console, answer, lose }: Shown): unknown[] {
  // Remoting drops what remote code writes to the console past the streams.
  if (lose === null) {
    console.out('raw output');
    console.error('raw error');
    console.out('\u001B[31mred\u001B[0m');
  }
  answer.warnings.push('a warning');
  answer.verbose.push('a detail');
  answer.information.push('a notice');
  answer.errors.push({ message: 'a soft error' });
  return one(value);
}
