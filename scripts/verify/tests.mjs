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
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {(text: string) => void} say
 * @returns {Counts}
 */
export function countTests(modules, say) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const result = test.result();
      counts[result.state === 'pending' ? 'failed' : result.state] += 1;
      // The reason stands in the name of a test or its suite where no note gives it.
      if (result.state === 'skipped') say(`skipped: ${test.fullName}${result.note ? ` (${result.note})` : ''}`);
    }
    // A file that could not be loaded, or whose hooks failed, has no failed test to its name.
    if (!module.ok() && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}
