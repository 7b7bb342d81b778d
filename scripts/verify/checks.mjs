import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * What stands before the tests, in the order in which it is told.
 * @type {readonly { name: string, command: string, args: readonly string[] }[]}
 */
export const CHECKS = [
  { name: 'types', command: 'tsc', args: [] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'who imports whom', command: 'depcruise', args: ['--config', '.dependency-cruiser.mjs', '.'] },
  { name: 'nothing unused', command: 'knip', args: ['--no-progress'] },
  { name: 'scripts', command: 'fettle', args: ['scripts', 'check'] },
  { name: 'configuration', command: 'fettle', args: ['config', 'check'] },
];

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
  const queue = checks.values();
  const slot = async () => {
    for (const check of queue) {
      const startedAt = performance.now();
      const { code, output } = await run(checkout, check);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(`${code === 0 ? 'passed' : 'FAILED'}  ${check.name} (${seconds} s)`);
      if (code !== 0) failures.set(check.name, output);
    }
  };
  await Promise.all([slot(), slot()]);
  for (const [name, output] of failures) say(`\n--- ${name} ---\n${output.trim()}\n`);
  return [...failures.keys()];
}

/**
 * @param {string} checkout
 * @param {{ command: string, args: readonly string[] }} check
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(checkout, { command, args }) {
  return new Promise((resolve) => {
    const child = spawn(join(checkout, 'node_modules', '.bin', command), args, {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Commands of packages are batch files on Windows.
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: `${command} could not be started: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
