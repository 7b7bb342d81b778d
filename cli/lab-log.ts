import { readEnvironment } from '../workers/config.ts';
import { createLog } from '../workers/log.ts';
import type { Log } from '../workers/log.ts';
import type { Terminal } from './terminal.ts';

/**
 * The log of a lab in the foreground, on standard error. Quiet but for errors, since the command itself tells what happens;
 * FETTLE_LOG_LEVEL asks for more.
 */
export function labLog(terminal: Terminal): Log {
  const { logLevel, variables } = readEnvironment();
  const asked = variables['FETTLE_LOG_LEVEL'] !== undefined;
  return createLog({
    level: asked ? logLevel : 'error',
    readable: terminal.streams.stderr.isTTY === true,
    colours: terminal.colours.isColorSupported,
  });
}
