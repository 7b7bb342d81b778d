import { existsSync } from 'node:fs';
import type { ShellConsole } from './console.ts';
import { askMisbehaviour } from './plant-client.ts';
import { Remoting } from './remoting.ts';
import { runRequest } from './run-request.ts';

const SIMULATED_VERSION = '7.6.0-simulated';
const OLD_VERSION = '7.4.6-simulated';

export interface InterpreterOptions {
  console: ShellConsole;
  /** Where the plant answers; empty when there is none. */
  plantUrl: string;
}

/** The line that loads the dispatcher, with the id under which it says its version. */
const LOADING = /^try \{ \. '(.+)' '([0-9a-f-]+)' \}/;

/** Takes the line that loads the dispatcher, and requests from then on, as PowerShell and the dispatcher do. */
export function createInterpreter({ console, plantUrl }: InterpreterOptions): (line: string) => Promise<void> {
  const remoting = new Remoting();

  return async (line) => {
    const [, dispatcher, startId = ''] = LOADING.exec(line) ?? [];
    if (dispatcher === undefined) return runRequest(line, { console, plantUrl, remoting });
    if (!existsSync(dispatcher.replaceAll("''", "'"))) {
      console.error(`The term '${dispatcher}' is not recognized.`);
      process.exit(1);
    }
    const old = (await askMisbehaviour(plantUrl, 'start')) === 'old-version';
    console.answer(startId, old ? OLD_VERSION : SIMULATED_VERSION);
  };
}
