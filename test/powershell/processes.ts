import { execFileSync } from 'node:child_process';
import type { ShellLog } from '../../activities/powershell/settings.ts';
import { NO_LOG } from './shells.ts';

/** Living processes of the groups that sessions led, each as `group process state command line`. */
export function processesOf(leaders: readonly number[]): string[] {
  const all = execFileSync('ps', ['-A', '-o', 'pgid=,pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  const living = all.map((line) => line.trim()).filter((line) => !/^\d+\s+\d+\s+Z/.test(line));
  return living.filter((line) => leaders.includes(Number.parseInt(line, 10)));
}

/**
 * How many of the groups that sessions led have a living process. A simulated shell whose sources are not in the cache yet has the
 * compiler's process beside it, in its group.
 */
export function livingGroups(leaders: readonly number[]): number {
  return new Set(processesOf(leaders).map((line) => Number.parseInt(line, 10))).size;
}

/** A log that keeps the process ids of the sessions that it is told of. */
export function sessionLog(): { log: ShellLog; pids: number[] } {
  const pids: number[] = [];
  const info: ShellLog['info'] = (message, fields) => {
    if (message === 'PowerShell session started') pids.push(Number(fields?.['pid']));
  };
  return { log: { ...NO_LOG, info }, pids };
}
