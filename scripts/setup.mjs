// Set-up of this checkout. It speaks on standard error only: standard output belongs to the command that follows.
import { setUp } from './setup/set-up.mjs';

try {
  await setUp();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
