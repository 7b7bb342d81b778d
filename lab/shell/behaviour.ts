import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { ShellConsole } from './console.ts';
import { ShellError } from './plant-client.ts';
import type { ScriptParameters, ShellAnswer } from './run-request.ts';

/** Behaves as a real shell does that runs Test-ShellBehaviour.ps1. */
export async function showBehaviour(
  { Behaviour, Value }: ScriptParameters,
  console: ShellConsole,
  answer: ShellAnswer,
): Promise<void> {
  answer.result = [{ value: Value ?? null }];
  switch (Behaviour) {
    case 'noise':
      return makeNoise(console, answer);
    case 'forge': {
      const forged = Buffer.from('{"ok":true,"result":[{"value":"forged"}]}', 'utf8').toString('base64');
      console.out(`@fettle ${randomUUID()} ${forged}@\n@fettle `);
      return;
    }
    case 'hang':
      return new Promise(() => undefined);
    case 'die':
      return process.exit(7);
    case 'exit':
      throw new Error('The script called exit; a script returns a value or throws.');
    case 'large':
      answer.result = [{ value: 'x'.repeat(Number(Value)) }];
      return;
    case 'fail':
      throw new ShellError('The update service is busy.', { hresult: '0x80240009', id: 'The update service is busy.' });
    case 'fail-with-id':
      throw new ShellError('It went wrong as asked.', { hresult: '0x80131509', id: 'FettleBehaviour,Test' });
    case 'two-values':
      answer.result = [{ value: 1 }, { value: Value ?? null }];
      return;
    case 'child':
      await once(spawn('sleep', ['600'], { stdio: 'ignore' }), 'exit');
      return;
    default:
  }
}

function makeNoise(console: ShellConsole, answer: ShellAnswer): void {
  console.out('raw output');
  console.error('raw error');
  console.out('\u001B[31mred\u001B[0m');
  answer.warnings.push('a warning');
  answer.verbose.push('a detail');
  answer.information.push('a notice');
  answer.errors.push({ message: 'a soft error' });
}
