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

const DELIMITER = /^\[Console\]::(Out|Error)\.WriteLine\("([0-9A-Za-z]+)"\)$/;
const LOADING = /^\. '(.+)'$/;
const VERSION =
  /^\[Console\]::Out\.WriteLine\('(@fettle \S+ )' \+ .*\$PSVersionTable\.PSVersion\.ToString\(\).* \+ '@'\)$/;
const REQUEST = /^Invoke-FettleRequest '([A-Za-z0-9+/=]+)'$/;
const EXIT = /^exit (\d+)$/;

/** Answers the few kinds of line that ever reach the shell's stdin; anything else is an unknown command to it. */
export function createInterpreter({ console, plantUrl }: InterpreterOptions): (line: string) => Promise<void> {
  let loaded = false;
  const remoting = new Remoting();

  return async (line) => {
    const [, stream, text = ''] = DELIMITER.exec(line) ?? [];
    if (stream) return stream === 'Out' ? console.out(text) : console.error(text);
    const [, marker] = VERSION.exec(line) ?? [];
    if (marker !== undefined) {
      const old = (await askMisbehaviour(plantUrl, 'start')) === 'old-version';
      return console.out(`${marker}${base64(old ? OLD_VERSION : SIMULATED_VERSION)}@`);
    }
    const [, dispatcher] = LOADING.exec(line) ?? [];
    if (dispatcher !== undefined) {
      loaded = existsSync(dispatcher.replaceAll("''", "'"));
      return loaded ? undefined : console.error(`The term '${dispatcher}' is not recognized.`);
    }
    const [, code] = EXIT.exec(line) ?? [];
    if (code !== undefined) process.exit(Number(code));
    const [, request] = REQUEST.exec(line) ?? [];
    if (request === undefined || !loaded) {
      return line.trim() === '' ? undefined : console.error(`The term '${line.slice(0, 80)}' is not recognized.`);
    }
    await runRequest(Buffer.from(request, 'base64').toString('utf8'), line, { console, plantUrl, remoting });
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
