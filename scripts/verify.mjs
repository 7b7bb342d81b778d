// Everything that must hold, as CI runs it: the checks, then every test. The last line is the count.
import { fileURLToPath } from 'node:url';
import { runChecks } from './verify/checks.mjs';
import { runTests } from './verify/tests.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const say = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);

const failedChecks = await runChecks(checkout, say);
const { passed, failed, skipped } = await runTests(checkout, say);
if (failedChecks.length > 0) say(`Checks that failed: ${failedChecks.join(', ')}. Their output stands above.`);
const allFailed = failed + failedChecks.length;
say(`${passed} passed, ${allFailed} failed, ${skipped} skipped`);
process.exitCode = allFailed > 0 ? 1 : 0;
