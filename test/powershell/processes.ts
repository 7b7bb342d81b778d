import { execFileSync } from 'node:child_process';

/** Living processes of the groups that sessions led, each as `group process state command line`. */
export function processesOf(leaders: readonly number[]): string[] {
  const all = execFileSync('ps', ['-A', '-o', 'pgid=,pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  const living = all.map((line) => line.trim()).filter((line) => !/^\d+\s+\d+\s+Z/.test(line));
  return living.filter((line) => leaders.includes(Number.parseInt(line, 10)));
}

/** Whether the process is there, be it only that nobody has noticed its end yet. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
