import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const INSTALL_LIMIT_MS = 300_000;

/**
 * Path of an installed Chromium or Chrome, or null.
 * @returns {string | null}
 */
function findBrowser() {
  return PLACES.find((path) => isProgram(path)) ?? null;
}

/** Where Debian puts the SSH server. */
const SSHD = '/usr/sbin/sshd';

/**
 * Installs what some tests need and a machine lacks, on Debian as root; elsewhere those tests are skipped with their reason.
 * @param {(text: string) => void} say
 */
export function ensureTestPrograms(say) {
  if (findBrowser() === null) ensure('chromium', 'the tests of the Web UI', say);
  // Only a real PowerShell can be reached over SSH. Where services are started, whoever runs the machine decides about this one.
  const wanted = Boolean(process.env['FETTLE_PWSH']) && !existsSync(SSHD) && !existsSync('/run/systemd/system');
  if (wanted) ensure('openssh-server', 'the tests of PowerShell over SSH', say);
}

/**
 * @param {string} name the Debian package
 * @param {string} tests
 * @param {(text: string) => void} say
 */
function ensure(name, tests, say) {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    say(`${name} was not found: ${tests} will be skipped. Install it to run them.`);
    return;
  }
  say(`Installing ${name} for ${tests}.`);
  const install = () => aptGet(['install', '-y', '--no-install-recommends', name]);
  const done = install() || (aptGet(['update']) && install());
  if (!done) say(`${name} could not be installed: ${tests} will be skipped.`);
}

/** @param {string[]} args */
function aptGet(args) {
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 2, 2], timeout: INSTALL_LIMIT_MS }).status === 0;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there: the next place may have it.
    return false;
  }
}
