import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Debian and other systems put the browser of the tests. */
export const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Where Debian has the SSH server. */
export const SSHD = '/usr/sbin/sshd';
const INSTALL_LIMIT_MS = 300_000;

/** Installs what some tests need and a machine lacks, on Debian as root; elsewhere those tests are skipped with their reason. */
export function ensureTestPrograms() {
  if (!BROWSERS.some((path) => existsSync(path))) ensure('chromium', 'the tests of the Web UI');
  // Only a real PowerShell can be reached over SSH. Where services are started, whoever runs the machine decides about this one.
  const wanted = process.env['FETTLE_PWSH'] && !existsSync(SSHD) && !existsSync('/run/systemd/system');
  if (wanted) ensure('openssh-server', 'the tests of PowerShell over SSH');
}

/**
 * @param {string} name the Debian package
 * @param {string} tests
 */
function ensure(name, tests) {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    console.error(`${name} was not found: ${tests} will be skipped. Install it to run them.`);
    return;
  }
  console.error(`Installing ${name} for ${tests}.`);
  const install = () => aptGet('install', '-y', '--no-install-recommends', name);
  const done = install() || (aptGet('update') && install());
  if (!done) console.error(`${name} could not be installed: ${tests} will be skipped.`);
}

/** @param {string[]} args */
function aptGet(...args) {
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], timeout: INSTALL_LIMIT_MS }).status === 0;
}
