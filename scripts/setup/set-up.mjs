import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.mjs';

const OLDEST_NODE = '20.19';
const CHECKOUT = new URL('../../', import.meta.url);
const LOCK = new URL('.fettle/setup.lock', CHECKOUT);
const LOCKED_PACKAGES = new URL('package-lock.json', CHECKOUT);
/** npm's own list of what it installed, which it writes last. */
const INSTALLED_PACKAGES = new URL('node_modules/.package-lock.json', CHECKOUT);
/** The fingerprint of an installation that ended well; npm removes it with the rest before it installs. */
const STAMP = new URL('node_modules/.fettle-set-up', CHECKOUT);

/**
 * Makes this checkout ready to use: the packages of package-lock.json. Plain Node without packages, since it runs before
 * there are any. A set-up already done costs a few milliseconds. It speaks on standard error only.
 */
export async function setUp() {
  const warning = warningAboutNode(process.versions.node);
  if (warning) console.error(warning);
  if (isDone()) return;
  await withLock(LOCK, async (alsoHeldBy) => {
    // Another set-up may have done it while this one waited, and its packages may be in use by now.
    if (!isDone()) await install(alsoHeldBy);
  });
}

/** @param {string} version */
export function warningAboutNode(version) {
  if (version.localeCompare(OLDEST_NODE, 'en', { numeric: true }) >= 0) return null;
  return `Node ${version} is older than ${OLDEST_NODE}, the oldest that Fettle is tested on: install a newer one if anything fails.`;
}

function isDone() {
  try {
    const { packages } = JSON.parse(readFileSync(INSTALLED_PACKAGES, 'utf8'));
    const whole = Object.keys(packages).every((path) => existsSync(new URL(`${path}/package.json`, CHECKOUT)));
    return whole && readFileSync(STAMP, 'utf8') === fingerprint();
  } catch {
    // Nothing there, or an installation that broke off: install.
    return false;
  }
}

/** Of what was to be installed, where, and what npm has there: `npm install` and `npm prune` by hand change the last. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  return hash.update(readFileSync(LOCKED_PACKAGES)).update(readFileSync(INSTALLED_PACKAGES)).digest('hex');
}

/** @param {(pid: number | undefined) => void} alsoHeldBy */
async function install(alsoHeldBy) {
  console.error('Installing packages; this takes a minute the first time.');
  // npm is a batch file on Windows, so it takes a shell, which elsewhere gives way to it: the lock names npm, which may
  // outlive this process.
  const exec = process.platform === 'win32' ? '' : 'exec ';
  const npm = spawn(`${exec}npm ci --include=dev --no-audit --no-fund --loglevel=warn`, {
    cwd: CHECKOUT,
    stdio: ['ignore', 2, 2],
    shell: true,
  });
  alsoHeldBy(npm.pid);
  const [code, signal] = await once(npm, 'close');
  if (code !== 0)
    throw new Error(`npm ci ended with ${code ?? signal}. Mend what stands above, then run the command again.`);
  writeFileSync(STAMP, fingerprint());
}
