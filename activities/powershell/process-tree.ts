import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends a process with everything that it started: its process group on POSIX (it must have been started as the leader of
 * one), and on Linux also what its children put into groups of their own; its process tree on Windows. Does nothing when
 * all of it has ended already, or it could not be started.
 */
export function killProcessTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    // taskkill reports a tree that is gone already by its exit code; there is nothing to do about it then.
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => undefined);
    return;
  }
  // Looked up before the kill: orphans belong to another parent.
  for (const target of [-pid, ...descendantsOf(pid)]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It has ended, or took another account's rights upon itself: there is nothing more to do about either.
    }
  }
}

/** All that a process started and that still runs, in whatever group. Found on Linux (with CONFIG_PROC_CHILDREN, as distributions have it), empty elsewhere. */
function descendantsOf(pid: number): number[] {
  const threads = unlessGone(() => readdirSync(`/proc/${pid}/task`));
  const children = threads.flatMap((thread) =>
    unlessGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ')),
  );
  return children.filter(Boolean).flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
}

/** It may end while we look. */
function unlessGone(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
