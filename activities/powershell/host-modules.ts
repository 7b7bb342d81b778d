import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./modules', import.meta.url));

/**
 * The files of each host module, in the order in which the dispatcher joins them: its functions by name, one a file, and then
 * what a script may see of them (docs/decisions/0016).
 */
export const HOST_MODULES = { windows: filesOf('windows'), plant: filesOf('plant') } as const;
export type HostModule = keyof typeof HOST_MODULES;

function filesOf(module: string): readonly string[] {
  const functions = readdirSync(join(FOLDER, module)).filter((name) => name.endsWith('.ps1'));
  return [...functions.toSorted().map((name) => join(FOLDER, module, name)), join(FOLDER, 'Export.ps1')];
}
