import { exec } from 'node:child_process';
import { delimiter, join } from 'node:path';

/**
 * What stands before the tests, in the order in which it is told.
 * @type {Readonly<Record<string, string>>}
 */
const CHECKS = {
  types: 'tsc',
  lint: 'oxlint --type-aware --deny-warnings',
  format: 'oxfmt --check',
  'who imports whom': 'depcruise --config .dependency-cruiser.mjs .',
  'nothing unused': 'knip --no-progress',
  scripts: 'node bin/fettle.mjs scripts check',
  configuration: 'node bin/fettle.mjs config check',
};

/**
 * Runs every check, two at once, and tells the output of those that fail.
 * @param {string} checkout
 * @param {(text: string) => void} say
 * @param {typeof CHECKS} checks
 * @returns {Promise<string[]>} names of the checks that failed
 */
export async function runChecks(checkout, say, checks = CHECKS) {
  /** @type {Map<string, string>} */
  const failures = new Map();
  const queue = Object.entries(checks).values();
  const slot = async () => {
    for (const [name, command] of queue) {
      const startedAt = performance.now();
      const failure = await run(checkout, command);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(`${failure === null ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
      if (failure !== null) failures.set(name, failure);
    }
  };
  await Promise.all([slot(), slot()]);
  for (const [name, output] of failures) say(`\n--- ${name} ---\n${output}\n`);
  return [...failures.keys()];
}

/**
 * What a command said that failed; null when it did not.
 * @param {string} checkout
 * @param {string} command as in the scripts of package.json
 * @returns {Promise<string | null>}
 */
function run(checkout, command) {
  const PATH = [join(checkout, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const options = { cwd: checkout, env: { ...process.env, PATH }, maxBuffer: Infinity };
  return new Promise((resolve) => {
    // The error's own text has what the command wrote on standard error.
    exec(command, options, (error, stdout) => resolve(error && `${error.message}\n${stdout}`.trim()));
  });
}
