// Set-up of this checkout. It speaks on standard error only: standard output belongs to the command that follows.
import { fileURLToPath } from 'node:url';
import { setUp } from './setup/set-up.mjs';

try {
  await setUp(fileURLToPath(new URL('..', import.meta.url)), (text) => process.stderr.write(`${text}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
