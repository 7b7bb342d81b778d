import { ShellPool } from './pool.ts';
import type { ShellSettings } from './shell-settings.ts';
import type { Shell } from './shell.ts';

/** Opens the way to contracted scripts: a pool of warm sessions. Starts no process yet. */
export function openShell(settings: ShellSettings): Shell {
  return new ShellPool(settings);
}
