import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { SystemFailure } from '../step/outcome.ts';
import { Refusal, refusalOf } from '../step/refusal.ts';
import { answerHead } from './answer.ts';
import type { Pins } from './pins.ts';
import type { PowerShellOptions } from './powershell-process.ts';
import { Session, type Exchange, type ExchangeLimits } from './session.ts';

/** Loaded first by every session. */
const DISPATCHER = fileURLToPath(new URL('./dispatcher.ps1', import.meta.url));
/** The dispatcher reads it when it is loaded. */
const RUNNER = fileURLToPath(new URL('./runner.psm1', import.meta.url));

/**
 * Starts PowerShell and loads the dispatcher, which says its version and then reads requests. A failure leaves no process behind; it is
 * how the call ends that needed the session. Dispatcher and runner are compared with the manifest before they are loaded and after,
 * since they load themselves.
 */
export async function startSession(
  { executable, environment }: PowerShellOptions,
  limits: ExchangeLimits,
  pins: Pins,
): Promise<Session | SystemFailure> {
  let session: Session | null = null;
  try {
    verify(pins);
    session = new Session({ executable, environment: { ...environment, FETTLE_DISPATCHER: DISPATCHER } });
    const id = randomUUID();
    // The one line that PowerShell itself reads: from there on the dispatcher does. One that cannot be loaded ends the process. Its path
    // is handed over apart: the line is read in the machine's own code page on Windows, and ours is UTF-8.
    const line = `try { . $env:FETTLE_DISPATCHER '${id}' } catch { [Console]::Error.WriteLine($_); exit 1 }; exit`;
    const loading = await session.exchange(line, id, limits);
    limits.signal?.throwIfAborted();
    session.version = versionIn(id, loading);
    verify(pins);
    return session;
  } catch (error) {
    await session?.kill();
    if (limits.signal?.aborted)
      return { kind: 'cancelled', message: 'Cancelled before the shell was up.', started: false };
    if (error instanceof Refusal) return refusalOf(error);
    // Some failures of the system to start a program reach Node as an exception (E2BIG, EMFILE), others as an event.
    const message = `${executable} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'refused', type: 'ShellFailure', message };
  }
}

function verify(pins: Pins): void {
  for (const file of [DISPATCHER, RUNNER]) pins.verify(file);
}

/** The version that the dispatcher said. PowerShell and it say nothing else when they start well. @throws what is wrong, in words. */
function versionIn(id: string, { end, reason, stdout, stderr }: Exchange): string {
  const said = stderr.trim().slice(0, 500);
  if (end !== 'answered') {
    const why = end === 'timeout' ? 'it was not ready in its time' : reason;
    throw new Error(`${why}.${said === '' ? '' : ` It said: ${said}`}`);
  }
  const encoded = stdout.split(answerHead(id))[1]?.split(' ', 1)[0] ?? '';
  const version = Buffer.from(encoded, 'base64').toString('utf8');
  // `ConvertFrom-Json -DateKind`, on which the dispatcher leans, came with 7.5.
  if (!/^(7\.([5-9]|\d\d)|[89]|\d\d)/.test(version))
    throw new Error(`it is PowerShell ${version}; install 7.5 or later, or point FETTLE_PWSH at one.`);
  if (said !== '') throw new Error(`on its error stream it said: ${said}`);
  return version;
}
