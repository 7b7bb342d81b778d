import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends a process with everything that it started: its process group on POSIX (it must have been started as the leader of
 * one), and on Linux also what its children put into groups of their own; its process tree on Windows. Does nothing when
 * all of it has ended already.
 */
export function killProcessTree(pid: number): void {
  if (process.platform === 'win32') {
    // taskkill reports a tree that is gone already by its exit code; there is nothing to do about it then.
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => undefined);
    return;
  }
  // Looked up before the kill: orphans belong to another parent.
  const below = process.platform === 'linux' ? descendants(pid) : [];
  for (const target of [-pid, ...below]) kill(target);
}

function kill(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    if (!isBeyondReach(error)) throw error;
  }
}

/**
 * EPERM: what took another account's rights upon itself is out of reach, and on macOS a group of which only zombies are left
 * answers so. There is nothing more to do about either.
 */
function isBeyondReach(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ESRCH' || code === 'EPERM';
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(entry) : null;
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

/** Null for a process that has ended while we looked. */
function parentOf(pid: string): number | null {
  try {
    // `123 (name) S 1 ...`; the name may hold anything, brackets too.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}
