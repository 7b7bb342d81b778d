import type { Schema, ScriptContract } from '../../model/contract.ts';
import type { CallRedaction } from '../secrets/redaction.ts';
import { ANSWER_LIMIT, findAnswer, type Answer } from './answer.ts';
import { runsMark, type Told } from './answer-mark.ts';
import { NO_SIDE_OUTPUT } from './side-output.ts';
import type { Exchange } from './session.ts';
import { scriptLine } from './script-line.ts';
import type { SideOutput, CallOutcome } from './shell.ts';

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
  /** The session broke the protocol and must not be used again. */
  recycle: boolean;
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

/** As `readExchange`; an answer that our own code stumbles over is none, and what it holds stays out of every message. */
export function exchangeOutcome<P, R>(request: EndedExchange<P, R>): ExchangeOutcome<R> {
  try {
    return readExchange(request);
  } catch (error) {
    const what = error instanceof Error ? error.name : 'an error';
    const message = `The answer to ${request.contract.name} could not be worked off (${what}).`;
    return {
      outcome: { kind: 'shell-failed', message, started: true, sideOutput: NO_SIDE_OUTPUT },
      recycle: true,
      told: null,
    };
  }
}

/** Turns an exchange into the call's outcome. The marked answer alone decides; how the exchange ended counts only without one. */
function readExchange<P, R>(ended: EndedExchange<P, R>): ExchangeOutcome<R> {
  const { contract, id, exchange, remote, plant, redaction } = ended;
  const found = findAnswer(id, exchange, redaction);
  const { sideOutput } = found;
  switch (found.found) {
    case 'answer':
      return {
        outcome: byAnswer(contract, found.answer, sideOutput, plant),
        recycle: found.answer.failure?.stage === 'broken',
        told: found,
      };
    case 'too-large': {
      const message = `ResultTooLarge: ${contract.name} answered with more than ${ANSWER_LIMIT} bytes; let it return less.`;
      return {
        outcome: { kind: 'contract-violation', side: 'result', message, sideOutput },
        recycle: true,
        told: null,
      };
    }
    case 'broken': {
      const message = `PowerShell broke the protocol in ${contract.name}: its answer cannot be read.`;
      return {
        outcome: { kind: 'shell-failed', message, started: true, sideOutput },
        recycle: true,
        told: null,
      };
    }
    default: {
      // Of a flood the end is not kept: the mark may have been in it.
      const started = !remote || exchange.end === 'flooded' || exchange.stdout.includes(runsMark(id));
      const outcome = started
        ? withoutAnswer(contract.name, exchange, sideOutput)
        : notConnected(contract.name, exchange, sideOutput);
      return { outcome, recycle: true, told: null };
    }
  }
}

/** It ended while the target was being connected to: nothing ran there. */
function notConnected(name: string, { end, reason }: Exchange, sideOutput: SideOutput): CallOutcome<never> {
  if (end === 'cancelled') {
    return {
      kind: 'cancelled',
      message: `${name} was cancelled while it connected: nothing ran.`,
      started: false,
      sideOutput,
    };
  }
  if (end === 'timeout') {
    const message = `${name} was not run: no session with the host was open within the time of the call.`;
    return { kind: 'connect-failed', message: withLastLine(message, sideOutput), sideOutput };
  }
  const message = `PowerShell ended or broke off while it connected for ${name}${reason === '' ? '' : `: ${reason}`}. Nothing ran.`;
  return { kind: 'shell-failed', message, started: false, sideOutput };
}

function withoutAnswer(name: string, exchange: Exchange, sideOutput: SideOutput): CallOutcome<never> {
  switch (exchange.end) {
    case 'timeout':
      return { kind: 'timeout', message: `${name} did not end in its time and was killed.`, sideOutput };
    case 'cancelled':
      return { kind: 'cancelled', message: `${name} was cancelled while it ran.`, started: true, sideOutput };
    case 'flooded':
      return {
        kind: 'shell-failed',
        message: `${name} wrote more output than a call may and was killed.`,
        started: true,
        sideOutput,
      };
    default:
      return {
        kind: 'shell-failed',
        message: `PowerShell ended while ${name} ran: ${exchange.reason}.`,
        started: true,
        sideOutput,
      };
  }
}

function byAnswer<P, R>(
  contract: ScriptContract<P, R>,
  answer: Answer,
  sideOutput: SideOutput,
  plant: boolean,
): CallOutcome<R> {
  if (answer.ok) return byResult(contract, answer.result, sideOutput);
  const failure = answer.failure;
  if (!failure) {
    return { kind: 'shell-failed', message: `${contract.name} failed without a failure.`, started: true, sideOutput };
  }
  const { message, hresult, type, category } = failure;
  const id = failure.id ?? '';
  const stage = (plant && failure.stage === 'run' ? PLANT_STAGES[idHead(id)] : undefined) ?? failure.stage;
  switch (stage) {
    case 'connect':
      if (idHead(id) === NOT_PINNED) return { kind: 'not-sent', type: 'ScriptNotPinned', message, sideOutput };
      return { kind: 'connect-failed', message: withLastLine(message, sideOutput), sideOutput };
    case 'lost':
      return { kind: 'lost', message, sideOutput };
    case 'broken':
      return {
        kind: 'shell-failed',
        message: `A script broke its PowerShell session, which is replaced: ${message}`,
        started: true,
        sideOutput,
      };
    case 'result':
      return {
        kind: 'contract-violation',
        side: 'result',
        message: `${contract.name} returned what cannot leave PowerShell: ${message}`,
        sideOutput,
      };
    default:
      return {
        kind: 'script-failed',
        failure: { message, hresult, id, type, category, line: scriptLine(failure.trace) },
        sideOutput,
      };
  }
}

function byResult<P, R>(contract: ScriptContract<P, R>, values: unknown[], sideOutput: SideOutput): CallOutcome<R> {
  const violation = (message: string): CallOutcome<R> => ({
    kind: 'contract-violation',
    side: 'result',
    message: `${contract.name} ${message}`,
    sideOutput,
  });
  if (values.length !== 1) return violation(`returned ${values.length} values; its contract allows exactly one.`);
  const checked = contract.result.safeParse(values[0]);
  if (checked.success) return { kind: 'result', result: checked.data, sideOutput };
  return violation(`returned what its contract does not allow: ${issueText(checked)}`);
}

/** All problems of a failed check in one line: `Updates.0.id: Invalid GUID; Key: Required`. */
export function issueText(failed: Extract<ReturnType<Schema<unknown>['safeParse']>, { success: false }>): string {
  const texts = failed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  return texts.slice(0, 20).join('; ');
}

/** PowerShell appends the function's name to an error id: `FettleWrongHost,Connect-FettleHost`. */
export function idHead(id: string): string {
  return id.split(',', 1)[0] ?? '';
}

/** ssh's own reason stands only in what it printed; the exception is the same for all of its refusals. */
function withLastLine(message: string, sideOutput: SideOutput): string {
  const last = sideOutput.stray.at(-1);
  const told = last === undefined ? message : `${message} (${last})`;
  const signedIn = /abruptly terminated/.test(message) && !NOT_SIGNED_IN.test(last ?? '');
  return signedIn ? `${told} ${NO_POWERSHELL}` : told;
}
