import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, dev?: boolean, optionalDependencies?: Record<string, string>, os?: string[], cpu?: string[], libc?: string[], link?: boolean }} Entry
 */

/**
 * In what the installed packages differ from package-lock.json, or null when they do not. npm itself keeps the list of
 * what it installed in node_modules, and writes it last: an installation that broke off has none.
 * @param {string} checkout
 * @returns {string | null}
 */
export function packagesDiffer(checkout) {
  const wanted = readPackages(join(checkout, 'package-lock.json'));
  if (wanted === null) throw new Error('package-lock.json is missing or cannot be read: check the files out again.');
  const installed = readPackages(join(checkout, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'none are there yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const found = installed[path];
    if (found === undefined && entry.optional && !isForThisMachine(entry)) continue;
    const name = path.replace(/^.*node_modules\//, '');
    if (found === undefined) return `${name} is missing`;
    const otherContent = entry.integrity !== undefined && found.integrity !== entry.integrity;
    if (found.version !== entry.version || otherContent) return `${name} is not ${entry.version}`;
  }
  return null;
}

/**
 * @param {string} file
 * @returns {Record<string, Entry> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Not there, or cut off in writing: the caller installs.
    return null;
  }
}

/**
 * Whether npm installs an optional package here; of packages for one C library the other platform fields do not tell.
 * @param {Entry} entry
 */
function isForThisMachine({ os, cpu, libc }) {
  if (libc !== undefined) return false;
  return matches(os, process.platform) && matches(cpu, process.arch) && (os !== undefined || cpu !== undefined);
}

/**
 * @param {string[] | undefined} allowed
 * @param {string} actual
 */
function matches(allowed, actual) {
  if (allowed === undefined) return true;
  if (allowed.includes(`!${actual}`)) return false;
  return allowed.includes(actual) || allowed.every((name) => name.startsWith('!'));
}

/**
 * Optional packages that locked packages name and the lock file lacks: `npm ci` refuses such a file.
 * @param {Record<string, Entry>} packages
 * @returns {{ name: string, version: string, dev: boolean }[]}
 */
export function missingOptionalPackages(packages) {
  const missing = new Map();
  for (const [path, { optionalDependencies = {}, dev = false }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isLocked = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      if (!isLocked) missing.set(name, { name, version, dev });
    }
  }
  return [...missing.values()];
}
