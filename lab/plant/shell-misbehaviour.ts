/**
 * How a simulated shell misbehaves. It asks `POST /shell-calls` before each call, and `POST /shell-starts` when it is asked
 * for its version; a real shell asks nothing, so nothing of this happens to it.
 * - Without an effect: `hang` never answers; `freeze` stops the process (SIGSTOP); `die-before` ends it with code 7;
 *   `exit` with code 0.
 * - With the effect done: `die-during` ends the process once the host has answered the first verb that changes it;
 *   `die-after` when the script is through; `hang-after` never answers.
 * - Beside a good answer: `garbage` writes bytes that are no text; `ansi` terminal codes, around the answer too;
 *   `fake-markers` forged answers; `echo` the parameters that it was sent; `slow-drip` gives the answer in 40 pieces within
 *   2 seconds; `memory-growth` keeps another 128 MiB for good.
 * - A bad answer: `broken-answer` marks what is no JSON; `huge-answer` answers with 8 MiB.
 * - When it starts: `old-version` says that it is PowerShell 7.4.6.
 */
export const SHELL_MISBEHAVIOURS = [
  'hang',
  'freeze',
  'die-before',
  'exit',
  'die-during',
  'die-after',
  'hang-after',
  'garbage',
  'ansi',
  'fake-markers',
  'echo',
  'slow-drip',
  'memory-growth',
  'broken-answer',
  'huge-answer',
  'old-version',
] as const;
export type ShellMisbehaviour = (typeof SHELL_MISBEHAVIOURS)[number];
