import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LOOK_EVERY_MS = 200;
/** On Ctrl-C, which reaches what the work has started too: the lock is given back when that has ended. */
const stay = () => {};

/**
 * Runs `work` while no other process does so under the same lock file. The file names the processes that hold it; once
 * all of them are gone, the next one takes it.
 * @param {URL} file
 * @param {(alsoHeldBy: (pid: number | undefined) => void) => Promise<void>} work
 */
export async function withLock(file, work) {
  mkdirSync(new URL('.', file), { recursive: true });
  for (let waits = 0; !take(file); waits += 1) {
    if (waits === 0)
      console.error(`Another set-up is at work; waiting for it. If there is none, delete ${fileURLToPath(file)}.`);
    await wait(LOOK_EVERY_MS);
  }
  process.on('SIGINT', stay);
  try {
    await work((pid) => appendFileSync(file, ` ${pid}`));
  } finally {
    rmSync(file, { force: true });
    process.off('SIGINT', stay);
  }
}

/** @param {URL} file */
function take(file) {
  try {
    if (readFileSync(file, 'utf8').split(' ').map(Number).some(isOther)) return false;
    rmSync(file);
  } catch {
    // Nobody holds it, or does no longer.
  }
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Whether that is another process, which lives. In containers ids come again: this process may have that of the dead one. A file that is
 * just being written is still empty, and its 0 counts as alive.
 * @param {number} pid
 */
function isOther(pid) {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
