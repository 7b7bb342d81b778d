import { inspect } from 'node:util';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * Runs the tests in this process and counts them.
 * @param {string} checkout
 * @param {(text: string) => void} say
 * @returns {Promise<Counts>}
 */
export async function runTests(checkout, say) {
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', [], { root: checkout, watch: false });
  const counts = countTests(vitest.state.getTestModules(), say);
  const strayErrors = vitest.state.getUnhandledErrors().length;
  // What failed outside any test, such as the set-up of the server project, must not pass as success.
  if (counts.failed === 0 && (strayErrors > 0 || process.exitCode)) counts.failed = Math.max(1, strayErrors);
  await vitest.close();
  return counts;
}

/**
 * Counts the tests, and says of each that was skipped why, then of each failure what it was: the last lines of a long
 * output are the first that are read.
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {(text: string) => void} say
 * @returns {Counts}
 */
export function countTests(modules, say) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const { state, errors = [], note } = { note: undefined, ...test.result() };
      counts[state === 'pending' ? 'failed' : state] += 1;
      // The reason stands in the name of a test or its suite where no note gives it.
      if (state === 'skipped') say(`skipped: ${test.fullName}${note ? ` (${note})` : ''}`);
      if (state === 'failed') failures.push(failure(module, test.fullName, errors));
      if (state === 'pending') failures.push(failure(module, test.fullName, [{ message: 'It never ended.' }]));
    }
    // A file that could not be loaded, or whose hooks failed, has no failed test to its name.
    if (!module.ok() && counts.failed === failedBefore) counts.failed += 1;
    for (const suite of [module, ...module.children.allSuites()]) {
      const name = suite.type === 'suite' ? suite.fullName : 'outside its tests';
      if (suite.errors().length > 0) failures.push(failure(module, name, suite.errors()));
    }
  }
  for (const text of failures) say(text);
  return counts;
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {string} name
 * @param {readonly { message: string, stack?: string, cause?: unknown }[]} errors
 */
function failure(module, name, errors) {
  const words = errors.map(
    ({ message, stack, cause }) => `${stack ?? message}${cause ? `\ncaused by: ${inspect(cause)}` : ''}`,
  );
  return `failed: ${module.relativeModuleId} > ${name}\n${words.join('\n').replaceAll(/^/gm, '  ')}`;
}
