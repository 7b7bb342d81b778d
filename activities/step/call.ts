import { Context, type Info } from '@temporalio/activity';
import type { Contract, ScriptContract } from '../../model/contract.ts';
import type { FailureType } from '../../model/failures.ts';
import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import { linesOf, report } from '../powershell/side-output.ts';
import type { ShellLog } from '../powershell/settings.ts';
import { refuseOtherScripts } from './bound.ts';
import type { StepDependencies } from './dependencies.ts';
import { failure, happenedIn, isSilence } from './failure.ts';
import { failureOf } from './outcome.ts';
import { noteForStep } from './step.ts';

interface Call<P> {
  parameters: P;
  /** `limits.call` of the policies in milliseconds, see `callLimit`; without it the contract's own limit counts. */
  limitMs?: number;
}

/** The shipped `limits.call`; no contract's own limit is longer. */
const MADE_FOR_MS = 5 * 60_000;

/**
 * How long a call may take, in milliseconds. The contract says how long a script needs on a host of ordinary speed; `callMs`, which is
 * `limits.call` of the policies, cuts that where it is shorter, and stretches it in proportion where it is above 5 minutes: with 10
 * minutes every script has twice its time. A script that must not run twice is never stretched, since its end has to be known soon.
 */
export function callLimit(
  { timeLimitMs, effect }: Pick<Contract<unknown, unknown>, 'timeLimitMs' | 'effect'>,
  callMs: number | undefined,
): number {
  if (callMs === undefined) return timeLimitMs;
  const stretch = effect === 'once' ? 1 : Math.max(1, callMs / MADE_FOR_MS);
  return Math.min(Math.round(timeLimitMs * stretch), callMs);
}

/**
 * Runs a script on a host or a management endpoint. Fails with a type of `model/failures.ts`, or with the cancellation when the
 * activity was cancelled.
 */
export async function callHost<P, R>(
  site: StepDependencies,
  contract: ScriptContract<P, R>,
  { name, connection }: Pick<InventoryHost | InventoryEndpoint, 'name' | 'connection'>,
  { parameters, limitMs }: Call<P>,
): Promise<R> {
  refuseOtherScripts(site, contract, name);
  const { shell, log } = site;
  const { cancellationSignal: signal, cancelled, info } = Context.current();
  const limited = { ...contract, timeLimitMs: callLimit(contract, limitMs) };
  const outcome = await shell.call(limited, connection, parameters, { signal });
  if (log !== undefined) report(stepLog(log, info), contract.name, name, outcome.said);
  noteForStep(linesOf(contract.name, outcome.said));
  if (outcome.kind === 'result') return outcome.result;
  // A cancelled activity ends as cancelled, whatever the broken call looked like; a worker that shuts down is one case of it.
  if (signal.aborted) await cancelled;
  throw failureOf(contract, name, outcome);
}

/**
 * Runs a script on a management endpoint on behalf of `host`. An endpoint that cannot be reached says nothing about the host's
 * own state, so silence of the endpoint becomes `silence` instead of `HostUnreachable` or `HostLost`.
 */
export async function callEndpoint<P, R>(
  site: StepDependencies,
  contract: ScriptContract<P, R>,
  endpoint: InventoryEndpoint,
  call: Call<P> & { host: InventoryHost; silence: FailureType },
): Promise<R> {
  try {
    return await callHost(site, contract, endpoint, call);
  } catch (error) {
    if (!isSilence(error)) throw error;
    const message = `The endpoint ${endpoint.name} of ${call.host.name} did not answer: ${happenedIn(error)}`;
    throw failure(call.silence, message, { host: call.host.name });
  }
}

/** Each log line names run and step. */
function stepLog(log: ShellLog, { workflowExecution, activityType, attempt }: Info): ShellLog {
  const step = { workflowId: workflowExecution?.workflowId, runId: workflowExecution?.runId, activityType, attempt };
  return {
    debug: (message, fields) => log.debug(message, { ...step, ...fields }),
    info: (message, fields) => log.info(message, { ...step, ...fields }),
    warn: (message, fields) => log.warn(message, { ...step, ...fields }),
  };
}
