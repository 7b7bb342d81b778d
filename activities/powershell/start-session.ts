import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { markedAnswers } from './answer-mark.ts';
import type { GroupedPowerShellOptions } from './grouped-powershell.ts';
import { ScriptNotPinned, type Pins } from './pins/pins.ts';
import { Session, type Exchange, type ExchangeLimits } from './session.ts';

/** Loaded first by every session. */
export const DISPATCHER = fileURLToPath(new URL('./dispatcher.ps1', import.meta.url));
/** The dispatcher reads it when it is loaded. */
const RUNNER = fileURLToPath(new URL('./runner.psm1', import.meta.url));
/** `ConvertFrom-Json -DateKind`, on which the dispatcher leans, came with 7.5. */
const OLDEST = { major: 7, minor: 5 };

export type Start =
  | { started: true; session: Session; version: string }
  | { started: false; reason: 'cancelled' | 'failed' | 'not-pinned'; message: string };

/**
 * Starts PowerShell and loads the dispatcher, which says its version and then reads requests. Leaves no process behind when it fails.
 * Dispatcher and runner are compared with the manifest before they are loaded and after, since they load themselves.
 */
export async function startSession(
  options: GroupedPowerShellOptions,
  limits: ExchangeLimits,
  pins: Pins,
): Promise<Start> {
  const refusal = notPinned(pins);
  if (refusal) return refusal;
  const unreachable = pathProblem(DISPATCHER, process.platform);
  if (unreachable !== null) return { started: false, reason: 'failed', message: unreachable };
  const session = spawnSession(options);
  if (typeof session === 'string') return { started: false, reason: 'failed', message: session };
  const id = randomUUID();
  const loading = await session.exchange(loadingLine(id), id, limits);
  if (loading.end !== 'answered') return failedStart(options.executable, loading);
  const version = String(markedAnswers(id, loading.stdout).answers[0]?.said);
  const problem = versionProblem(version) ?? loadingProblem(loading);
  const changed = notPinned(pins);
  if (problem === null && !changed) return { started: true, session, version };
  await session.kill();
  if (changed) return changed;
  return { started: false, reason: 'failed', message: `${options.executable} cannot be used: ${problem}` };
}

/**
 * Why PowerShell would not find the dispatcher; null when it will. Its input is read in the machine's own code page on
 * Windows, and ours is UTF-8: the path is the only thing in it that may hold more than ASCII.
 */
export function pathProblem(dispatcher: string, platform: NodeJS.Platform): string | null {
  if (platform !== 'win32' || /^[\x20-\x7E]*$/.test(dispatcher)) return null;
  return `The path ${dispatcher} holds characters beyond ASCII, which do not reach PowerShell on Windows: move the checkout to a path such as C:\\Fettle.`;
}

function notPinned(pins: Pins): Start | null {
  try {
    for (const file of [DISPATCHER, RUNNER]) pins.verify(file);
    return null;
  } catch (error) {
    if (error instanceof ScriptNotPinned) return { started: false, reason: 'not-pinned', message: error.message };
    throw error;
  }
}

/** Some failures of the system to start a program reach Node as an exception (E2BIG, EMFILE), others as an event. */
function spawnSession(options: GroupedPowerShellOptions): Session | string {
  try {
    return new Session(options);
  } catch (error) {
    return `${options.executable} could not be started: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** A PowerShell single-quoted string. PowerShell takes the typographic quotes for plain ones, so they are doubled too. */
export function quote(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201A\u201B]/g, '$&$&')}'`;
}

/** The one line that PowerShell itself reads: from there on the dispatcher does. One that cannot be loaded ends the process. */
function loadingLine(id: string): string {
  return `try { . ${quote(DISPATCHER)} '${id}' } catch { [Console]::Error.WriteLine($_); exit 1 }; exit`;
}

function versionProblem(version: string): string | null {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major === undefined || minor === undefined) {
    return 'it does not answer as PowerShell does. Point FETTLE_PWSH at pwsh 7.5 or later.';
  }
  const enough = Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
  return enough ? null : `it is PowerShell ${version}; install 7.5 or later, or point FETTLE_PWSH at one.`;
}

/** PowerShell and the dispatcher say nothing when they start well. */
function loadingProblem({ stderr }: Exchange): string | null {
  const text = stderr.trim();
  return text === '' ? null : `on its error stream it said: ${text.slice(0, 500)}`;
}

function failedStart(executable: string, { end, reason, stderr }: Exchange): Start {
  if (end === 'cancelled')
    return { started: false, reason: 'cancelled', message: 'Cancelled before the shell was up.' };
  const why = end === 'timeout' ? `it was not ready in its time` : reason;
  const said = stderr.trim() === '' ? '' : ` It said: ${stderr.trim().slice(0, 500)}`;
  return { started: false, reason: 'failed', message: `${executable} could not be started: ${why}.${said}` };
}
