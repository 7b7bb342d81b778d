// `npm test`: set-up, then everything that must hold.
import { ensureTestPrograms } from './setup/debian-packages.mjs';
import { setUp } from './setup/set-up.mjs';

try {
  await setUp();
  ensureTestPrograms();
  await import('./verify.mjs');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
