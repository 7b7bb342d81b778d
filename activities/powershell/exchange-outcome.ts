import type { ScriptContract } from '../../model/contract.ts';
import type { CallRedaction } from '../secrets/redaction.ts';
import type { SystemFailure, SystemOutcome } from '../step/outcome.ts';
import { findAnswer, runsMark, type Answer, type Told } from './answer.ts';
import { checkResult } from './contract-check.ts';
import type { Exchange } from './session.ts';
import type { RecycleReason } from './settings.ts';
import type { CallOutcome } from './shell.ts';

/** What ssh says last when nobody was signed in. */
const NOT_SIGNED_IN = /denied|verification failed|refused|timed out|resolve|no route|closed by|reset by/i;
const NO_POWERSHELL =
  " The account signed in, but no PowerShell answered: look at `Subsystem powershell` in the host's sshd_config, and whether the account's home can be written.";

/** Error ids, kept for the plant's host module, by which it says what remoting says by itself on a real host. */
const PLANT_STAGES: Readonly<Record<string, 'connect' | 'lost'>> = {
  FettlePlantUnreachable: 'connect',
  FettlePlantLost: 'lost',
};

export interface EndedExchange<P, R> {
  contract: ScriptContract<P, R>;
  id: string;
  exchange: Exchange;
  /** The script runs on a target that has to be connected to first. */
  remote: boolean;
  redaction: CallRedaction;
}

export interface ExchangeOutcome<R> {
  outcome: CallOutcome<R>;
  /** Why the session must not be used again; null when it may. */
  recycle: RecycleReason | null;
  /** Null where there was no answer. */
  told: Told | null;
}

/** Turns an exchange into the call's outcome. The marked answer alone decides; how the exchange ended counts only without one. */
export function exchangeOutcome<P, R>(ended: EndedExchange<P, R>): ExchangeOutcome<R> {
  const { id, exchange, redaction } = ended;
  const { answer, told, said } = findAnswer(id, exchange, redaction);
  const lastLine = said.findLast(({ kind }) => kind === 'stray output')?.text;
  const end = answer ? byAnswer(ended, answer, lastLine) : withoutAnswer(ended, lastLine);
  const broken = !answer || (!answer.ok && answer.failure.stage === 'broken');
  const recycle = exchange.end === 'answered' ? (broken ? 'protocol' : null) : exchange.end;
  return { outcome: { ...end, said }, recycle, told };
}

function withoutAnswer<P, R>(
  { contract: { name }, id, exchange, remote }: EndedExchange<P, R>,
  lastLine: string | undefined,
): SystemFailure {
  const { end, reason, stdout } = exchange;
  if (end === 'answered') return inDoubt(`PowerShell broke the protocol in ${name}: its answer cannot be read.`);
  if (end === 'flooded') return inDoubt(`${name} wrote more output than a call may and was killed.`);
  // While the target was being connected to nothing ran there.
  const started = !remote || stdout.includes(runsMark(id));
  if (end === 'cancelled')
    return { kind: 'cancelled', message: `${name} was cancelled${started ? '' : ': nothing ran'}.`, started };
  if (end === 'timeout' && started)
    return { kind: 'timed-out', message: `${name} did not end in its time and was ended.` };
  if (end === 'timeout')
    return unreachable(`${name} was not run: no session with the host was open within its time.`, lastLine);
  if (started) return inDoubt(`PowerShell ended while ${name} ran: ${reason}.`);
  const message = `PowerShell ended while it connected for ${name}: ${reason}. Nothing ran.`;
  return { kind: 'refused', type: 'ShellFailure', message };
}

/** It may have run. */
function inDoubt(message: string): SystemFailure {
  return { kind: 'caller-failed', message };
}

function byAnswer<P, R>(
  { contract }: EndedExchange<P, R>,
  answer: Answer,
  lastLine: string | undefined,
): SystemOutcome<R> {
  if (answer.ok) return checkResult(contract, answer.result);
  const { message, hresult, category, line, stage } = answer.failure;
  const id = answer.failure.id ?? '';
  // PowerShell appends the function's name to an error id: `FettleWrongHost,Connect-FettleHost`.
  const [idHead = ''] = id.split(',', 1);
  switch ((stage === 'run' && PLANT_STAGES[idHead]) || stage) {
    case 'connect':
      // The dispatcher has reached no host before it has compared.
      if (idHead === 'FettleScriptNotPinned') return { kind: 'refused', type: 'ScriptNotPinned', message };
      return unreachable(message, lastLine);
    case 'lost':
      return { kind: 'lost', message };
    case 'broken':
      return inDoubt(`A script broke its PowerShell session, which is replaced: ${message}`);
    case 'result':
      return { kind: 'broke-contract', message: `${contract.name} returned what cannot leave PowerShell: ${message}` };
    default: {
      // The line of call-function.ps1 would tell nobody anything.
      const place = contract.file && line ? `line ${line}` : '';
      const told = [hresult, category, place].filter((text) => text !== '').join(', ');
      return { kind: 'failed', message: told ? `${message} (${told})` : message, keys: [hresult, id, idHead], hresult };
    }
  }
}

/** ssh's own reason stands only in what it printed; the exception is the same for all of its refusals. */
function unreachable(message: string, lastLine: string | undefined): SystemFailure {
  const told = lastLine === undefined ? message : `${message} (${lastLine})`;
  const signedIn = /abruptly terminated/.test(message) && !NOT_SIGNED_IN.test(lastLine ?? '');
  return { kind: 'refused', type: 'HostUnreachable', message: signedIn ? told + NO_POWERSHELL : told };
}
