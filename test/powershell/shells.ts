import { openShell } from '../../activities/powershell/pool.ts';
import type { ShellLog, ShellSettings } from '../../activities/powershell/settings.ts';
import type { Shell } from '../../activities/powershell/shell.ts';
import { PLANT_SHELL } from '../../lab/plant-shell.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { readEnvironment } from '../../workers/config.ts';
import { findExecutable } from '../../workers/find-executable.ts';

export const LOCAL: HostConnection = { transport: 'local', address: 'localhost', port: 0 };

const silent = (): void => undefined;
export const NO_LOG: ShellLog = { debug: silent, info: silent, warn: silent };

const { pwsh, searchPath } = readEnvironment();
const found = pwsh ?? (await findExecutable('pwsh', searchPath));

/** The PowerShell that FETTLE_PWSH names or PATH holds, or null. */
export function realShell(): string | null {
  return found;
}

/** Why a test that needs PowerShell is skipped here; null when it is not. */
export const noRealShell = found === null ? 'neither FETTLE_PWSH nor PATH gives a pwsh' : null;

/** What a test's name ends with when it is skipped: the reason. */
export function because(missing: string | null): string {
  return missing === null ? '' : ` (skipped: ${missing})`;
}

/** PowerShell with the plant's functions, unless told otherwise. */
export function testShell(settings: Partial<ShellSettings> = {}): Shell {
  return openShell({
    executable: found ?? 'pwsh',
    hostModule: PLANT_SHELL.hostModule,
    environment: process.env,
    log: NO_LOG,
    ...settings,
  });
}

/**
 * Source of a stand-in that loads anything, says a version (a JavaScript expression) and does nothing with a request unless told to
 * (statements about `line`).
 */
export function answering(version: string, onRequest = ''): string {
  return `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const starting = /^try .* '([0-9a-f-]{36})' }/.exec(line);
  if (starting) process.stdout.write('@fettle ' + starting[1] + ' ' + Buffer.from(${version}).toString('base64') + ' 1 kept@\\n');
  else { ${onRequest} }
});`;
}
