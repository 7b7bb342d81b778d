import { fileURLToPath } from 'node:url';

/** Path of the executable that stands in for `pwsh`. What runs on it is simulated and must say so. */
export function simulatedShell(): string {
  return fileURLToPath(new URL('./simulated-pwsh.mjs', import.meta.url));
}

/** The script by which a shell shows how it behaves, real or simulated. */
export { default as shellBehaviour } from './Test-ShellBehaviour.contract.ts';
