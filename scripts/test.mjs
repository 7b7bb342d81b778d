// `npm test`: set-up, then everything that must hold.
import { fileURLToPath } from 'node:url';
import { ensureTestPrograms } from './setup/debian-packages.mjs';
import { setUp } from './setup/set-up.mjs';

const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);
try {
  await setUp(fileURLToPath(new URL('..', import.meta.url)), say);
  ensureTestPrograms(say);
  await import('./verify.mjs');
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
  process.exitCode = 1;
}
