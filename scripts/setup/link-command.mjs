import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts `fettle` beside the commands of the installed packages, where npx looks first. npm links the commands of
 * dependencies only, never those of the checkout itself.
 * @param {string} checkout
 * @param {NodeJS.Platform} platform
 */
export function linkCommand(checkout, platform = process.platform) {
  const folder = join(checkout, 'node_modules', '.bin');
  if (!existsSync(folder)) return;
  if (platform === 'win32') {
    writeOnce(join(folder, 'fettle.cmd'), '@node "%~dp0\\..\\..\\bin\\fettle.mjs" %*\r\n');
    return;
  }
  try {
    symlinkSync(join('..', '..', 'bin', 'fettle.mjs'), join(folder, 'fettle'));
  } catch (error) {
    // There already, or put there by another set-up just now.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/**
 * @param {string} file
 * @param {string} content
 */
function writeOnce(file, content) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== content) writeFileSync(file, content);
}
