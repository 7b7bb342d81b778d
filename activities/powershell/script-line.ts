/** The runner's own frame in a stack trace; the frame before it is the script's. */
const RUNNER_FRAME = /\bInvoke-FettleScript\b/;
/** `at <ScriptBlock>, <No file>: line 12`. Windows PowerShell 5.1 says it in the host's language, so only the number counts. */
const LINE_AT_END = /(\d+)\s*$/;

/**
 * The line of the script in which it failed, by PowerShell's ScriptStackTrace: frames from the inside out, of which a verb of
 * the host module may be the first. Null when the trace does not tell.
 */
export function scriptLine(trace: string): number | null {
  const frames = trace.split(/\r?\n/).filter((frame) => frame.trim() !== '');
  const runner = frames.findIndex((frame) => RUNNER_FRAME.test(frame));
  const frame = runner > 0 ? frames[runner - 1] : frames[0];
  const [, line] = LINE_AT_END.exec(frame ?? '') ?? [];
  return line === undefined ? null : Number(line);
}
