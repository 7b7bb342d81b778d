import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { linkCommand } from './link-command.mjs';
import { withLock } from './lock.mjs';
import { packagesDiffer } from './packages.mjs';

const [OLDEST_MAJOR, OLDEST_MINOR] = [20, 19];

/**
 * Makes a checkout ready to use: the packages of package-lock.json, and the `fettle` command for npx. Plain Node without
 * packages, since it runs before there are any. A set-up already done costs a few milliseconds.
 * @param {string} checkout folder of the checkout
 * @param {(text: string) => void} say
 */
export async function setUp(checkout, say) {
  warnAboutOldNode(process.versions.node, say);
  if (packagesDiffer(checkout) !== null) {
    await withLock(join(checkout, '.fettle', 'setup.lock'), say, () => {
      // Another set-up may have done it while this one waited.
      const difference = packagesDiffer(checkout);
      if (difference !== null) install(checkout, difference, say);
    });
  }
  linkCommand(checkout);
}

/**
 * @param {string} version
 * @param {(text: string) => void} say
 */
export function warnAboutOldNode(version, say) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_MAJOR || (major === OLDEST_MAJOR && minor < OLDEST_MINOR)) {
    const oldest = `${OLDEST_MAJOR}.${OLDEST_MINOR}`;
    say(
      `Node ${version} is older than ${oldest}, the oldest that Fettle is tested on: install a newer one if anything fails.`,
    );
  }
}

/**
 * @param {string} checkout
 * @param {string} difference
 * @param {(text: string) => void} say
 */
function install(checkout, difference, say) {
  say(`Installing packages (${difference}); this takes a minute the first time.`);
  const npm = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=warn'], {
    cwd: checkout,
    stdio: ['ignore', 2, 2],
    // npm is a batch file on Windows.
    shell: process.platform === 'win32',
  });
  if (npm.error) throw new Error(`npm could not be started (${npm.error.message}): is it installed and on PATH?`);
  if (npm.status !== 0) {
    throw new Error(
      `npm ci ended with code ${npm.status ?? npm.signal}. Its messages stand above; mend their cause and run the command again.`,
    );
  }
}
