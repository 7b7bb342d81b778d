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
export function findBrowser() {
  return PLACES.find((path) => isProgram(path)) ?? null;
}

/**
 * Installs Chromium where it is missing, on Debian as root; elsewhere the tests of the Web UI are skipped with their reason.
 * @param {(text: string) => void} say
 */
export function ensureBrowser(say) {
  if (findBrowser() !== null) return;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    say('No Chromium or Chrome was found: the tests of the Web UI will be skipped. Install one to run them.');
    return;
  }
  say('Installing Chromium for the tests of the Web UI.');
  const install = () => aptGet(['install', '-y', '--no-install-recommends', 'chromium']);
  const done = install() || (aptGet(['update']) && install());
  if (!done) say('Chromium could not be installed: the tests of the Web UI will be skipped.');
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
