import type { ScriptContract } from '../../model/contract.ts';
import type { CallRedaction } from '../secrets/redaction.ts';
import { ANSWER_LIMIT, findAnswer, runsMark, type Answer, type Told } from './answer.ts';
import { checkResult, violation } from './contract-check.ts';
import type { Exchange } from './session.ts';
import { NO_SIDE_OUTPUT, type CallEnd, type CallOutcome } from './shell.ts';

/** What ssh says last when nobody was signed in. */
const NOT_SIGNED_IN = /denied|verification failed|refused|timed out|resolve|no route|closed by|reset by/i;
const NO_POWERSHELL =
  "The account signed in, but no PowerShell answered: look at `Subsystem powershell` in the host's sshd_config, and whether the account's home can be written.";

/** Error ids by which the plant's host module says what remoting says by itself on a real host. */
const PLANT_STAGES: Readonly<Record<string, 'connect' | 'lost'>> = {
  FettlePlantUnreachable: 'connect',
  FettlePlantLost: 'lost',
};

/** The error id by which the dispatcher refuses a file that is not as pinned; it reaches no host before it has compared. */
const NOT_PINNED = 'FettleScriptNotPinned';

export interface ExchangeOutcome<R> {
  outcome: CallOutcome<R>;
  /** Why the session must not be used again; null when it may. */
  recycle: Exclude<Exchange['end'], 'answered'> | 'protocol' | null;
  /** Null where there was no answer. */
  told: Told | null;
}

export interface EndedExchange<P, R> {
  contract: ScriptContract<P, R>;
  id: string;
  exchange: Exchange;
  /** The script runs on a target that has to be connected to first. */
  remote: boolean;
  /** The hosts are the plant's: its host module's error ids count. */
  plant: boolean;
  redaction: CallRedaction;
}

/** Turns an exchange into the call's outcome. The marked answer alone decides; how the exchange ended counts only without one. */
export function exchangeOutcome<P, R>(ended: EndedExchange<P, R>): ExchangeOutcome<R> {
  const { contract, id, exchange, remote, redaction } = ended;
  const { name } = contract;
  try {
    const found = findAnswer(id, exchange, redaction);
    const { sideOutput } = found;
    if (found.found === 'answer') {
      const outcome = { ...byAnswer(ended, found.answer, sideOutput.stray.at(-1)), sideOutput };
      const broken =
        exchange.end !== 'answered' ? exchange.end : found.answer.failure?.stage === 'broken' ? 'protocol' : null;
      return { outcome, recycle: broken, told: found.told };
    }
    const recycle = exchange.end === 'answered' ? 'protocol' : exchange.end;
    const without = (end: CallEnd<R>): ExchangeOutcome<R> => ({ outcome: { ...end, sideOutput }, recycle, told: null });
    if (found.found === 'too-large')
      return without(
        violation(
          'result',
          `ResultTooLarge: ${name} answered with more than ${ANSWER_LIMIT} bytes; let it return less.`,
        ),
      );
    if (found.found === 'broken')
      return without(failed(`PowerShell broke the protocol in ${name}: its answer cannot be read.`));
    // Of a flood the end is not kept: the mark may have been in it.
    const started = !remote || exchange.end === 'flooded' || exchange.stdout.includes(runsMark(id));
    return without(started ? whileRunning(name, exchange) : whileConnecting(name, exchange, sideOutput.stray.at(-1)));
  } catch (error) {
    // An answer that our own code stumbles over is none, and what it holds stays out of every message.
    const what = error instanceof Error ? error.name : 'an error';
    const end = failed(`The answer to ${name} could not be worked off (${what}).`);
    return { outcome: { ...end, sideOutput: NO_SIDE_OUTPUT }, recycle: 'protocol', told: null };
  }
}

function failed(message: string, started = true): Extract<CallEnd<never>, { kind: 'shell-failed' }> {
  return { kind: 'shell-failed', message, started };
}

/** It ended while the target was being connected to: nothing ran there. */
function whileConnecting(name: string, { end, reason }: Exchange, lastLine?: string): CallEnd<never> {
  if (end === 'cancelled')
    return { kind: 'cancelled', message: `${name} was cancelled while it connected: nothing ran.`, started: false };
  if (end === 'timeout')
    return connectFailed(
      `${name} was not run: no session with the host was open within the time of the call.`,
      lastLine,
    );
  const why = reason === '' ? '' : `: ${reason}`;
  return failed(`PowerShell ended or broke off while it connected for ${name}${why}. Nothing ran.`, false);
}

function whileRunning(name: string, { end, reason }: Exchange): CallEnd<never> {
  switch (end) {
    case 'timeout':
      return { kind: 'timeout', message: `${name} did not end in its time and was ended.` };
    case 'cancelled':
      return { kind: 'cancelled', message: `${name} was cancelled while it ran.`, started: true };
    case 'flooded':
      return failed(`${name} wrote more output than a call may and was killed.`);
    default:
      return failed(`PowerShell ended while ${name} ran: ${reason}.`);
  }
}

function byAnswer<P, R>({ contract, plant }: EndedExchange<P, R>, answer: Answer, lastLine?: string): CallEnd<R> {
  if (answer.ok) return checkResult(contract, answer.result);
  if (!answer.failure) return failed(`${contract.name} failed without a failure.`);
  const { message, hresult, type, category } = answer.failure;
  // That of call-function.ps1 would tell nobody anything.
  const line = (contract.file && answer.failure.line) ?? null;
  const id = answer.failure.id ?? '';
  const told = answer.failure.stage;
  switch ((plant && told === 'run' ? PLANT_STAGES[idHead(id)] : undefined) ?? told) {
    case 'connect':
      if (idHead(id) === NOT_PINNED) return { kind: 'not-sent', type: 'ScriptNotPinned', message };
      return connectFailed(message, lastLine);
    case 'lost':
      return { kind: 'lost', message };
    case 'broken':
      return failed(`A script broke its PowerShell session, which is replaced: ${message}`);
    case 'result':
      return violation('result', `${contract.name} returned what cannot leave PowerShell: ${message}`);
    default:
      return { kind: 'script-failed', failure: { message, hresult, id, type, category, line } };
  }
}

/** PowerShell appends the function's name to an error id: `FettleWrongHost,Connect-FettleHost`. */
export function idHead(id: string): string {
  return id.split(',', 1)[0] ?? '';
}

/** ssh's own reason stands only in what it printed; the exception is the same for all of its refusals. */
function connectFailed(message: string, lastLine?: string): CallEnd<never> {
  const told = lastLine === undefined ? message : `${message} (${lastLine})`;
  const signedIn = /abruptly terminated/.test(message) && !NOT_SIGNED_IN.test(lastLine ?? '');
  return { kind: 'connect-failed', message: signedIn ? `${told} ${NO_POWERSHELL}` : told };
}
