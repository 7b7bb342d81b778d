import { execFile } from 'node:child_process';

/**
 * Ends a process with everything that it started: its process group on POSIX (it must have been started as the leader of
 * one), its process tree on Windows. Does nothing when all of it has ended already.
 */
export function killProcessGroup(pid: number): void {
  if (process.platform === 'win32') {
    // taskkill reports a tree that is gone already by its exit code; there is nothing to do about it then.
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => undefined);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** EPERM: on macOS a group of which only zombies are left answers so. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ESRCH' || (code === 'EPERM' && process.platform === 'darwin');
}
