import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process as it was found. Numbers are given again: only together with the time of its start it is the same one. */
export interface Descendant {
  pid: number;
  /** In ticks since the machine's start. */
  startTime: string;
}

/**
 * Ends a process with everything that it started: its process group on POSIX (it must have been started as the leader of
 * one), and on Linux also what its children put into groups of their own; its process tree on Windows. Does nothing when
 * all of it has ended already. `known` are descendants found earlier: once the process has ended nothing leads to them.
 */
export function killProcessTree(pid: number, known: readonly Descendant[] = []): void {
  if (process.platform === 'win32') {
    // taskkill reports a tree that is gone already by its exit code; there is nothing to do about it then.
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => undefined);
    return;
  }
  // Looked up before the kill: orphans belong to another parent.
  const left = known.filter((one) => statOf(one.pid)?.startTime === one.startTime);
  const below = [...left, ...[pid, ...left.map((one) => one.pid)].flatMap(descendantsOf)];
  for (const target of new Set([-pid, ...below.map((one) => one.pid)])) kill(target);
}

/** All that a process started and that still runs, in whatever group. Found on Linux only, empty elsewhere. */
export function descendantsOf(root: number): Descendant[] {
  if (process.platform !== 'linux') return [];
  const children = new Map<number, Descendant[]>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : null;
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat]);
  }
  const below = (pid: number): Descendant[] => (children.get(pid) ?? []).flatMap((one) => [one, ...below(one.pid)]);
  return below(root);
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

/** Null for a process that has ended while we looked. */
function statOf(pid: number): (Descendant & { parent: number }) | null {
  try {
    // `123 (name) S 1 ...`; the name may hold anything, brackets too. The start time is the 22nd field.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}
