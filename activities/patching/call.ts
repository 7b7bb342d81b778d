import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Info } from '@temporalio/activity';
import { failureRule } from '../../model/failures.ts';
import type { FailureDetail } from '../../model/failures.ts';
import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/script-contract.ts';
import { failure } from '../failure.ts';
import { runScript } from '../powershell/run-script.ts';
import type { ShellLog } from '../powershell/shell-settings.ts';
import { callLimit } from './call-limit.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { keepForStep } from './step-notes.ts';

interface Call<P> {
  parameters: P;
  /** `limits.call` of the policies in milliseconds, see `callLimit`; without it the contract's own limit counts. */
  limitMs?: number;
}

/** Runs a script on a host. Fails with a type of `model/failures.ts`, or with the cancellation when the activity was cancelled. */
export function callHost<P, R>(
  site: PatchingDependencies,
  contract: ScriptContract<P, R>,
  host: InventoryHost,
  call: Call<P>,
): Promise<R> {
  return run(site, contract, host, call);
}

/**
 * Runs a script on a management endpoint on behalf of `host`. An endpoint that cannot be reached says nothing about the host's
 * own state, so silence of the endpoint becomes `silence` instead of `HostUnreachable` or `HostLost`.
 */
export async function callEndpoint<P, R>(
  site: PatchingDependencies,
  contract: ScriptContract<P, R>,
  endpoint: InventoryEndpoint,
  call: Call<P> & { host: InventoryHost; silence: 'MaintenanceFailed' | 'SnapshotFailed' | 'SnapshotRemovalFailed' },
): Promise<R> {
  try {
    return await run(site, contract, endpoint, call);
  } catch (error) {
    if (!isSilence(error)) throw error;
    const message = `The endpoint ${endpoint.name} of ${call.host.name} did not answer: ${happenedIn(error)}`;
    throw failure(call.silence, message, { host: call.host.name });
  }
}

/** The type of `model/failures.ts` that a failed call carries; undefined for anything else. */
export function failureTypeOf(error: unknown): string | undefined {
  return error instanceof ApplicationFailure ? (error.type ?? undefined) : undefined;
}

/** The HRESULT that a failed call carries, where the failure came from Windows. */
export function hresultOf(error: unknown): string | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined;
  const detail = error.details?.[0] as FailureDetail | undefined;
  return detail?.hresult;
}

/** What a failed call says without its advice, for a failure that gives advice of its own. */
export function happenedIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const { advice } = failureRule(failureTypeOf(error));
  return message.endsWith(advice) ? message.slice(0, -advice.length).trim() : message;
}

/** Whether a call failed because nobody answered: the host may be down, in the middle of a reboot, or cut off. */
export function isSilence(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === 'HostUnreachable' || type === 'HostLost' || type === 'ShellTimeout';
}

/** Whether a call was not made because the worker has too many already: nothing ran, and nothing is known of the host. */
export function isBusy(error: unknown): boolean {
  return failureTypeOf(error) === 'PowerShellBusy';
}

async function run<P, R>(
  site: PatchingDependencies,
  contract: ScriptContract<P, R>,
  machine: InventoryHost | InventoryEndpoint,
  call: Call<P>,
): Promise<R> {
  const context = Context.current();
  try {
    const limited = { ...contract, timeLimitMs: callLimit(contract, call.limitMs) };
    return await runScript(site.shell, limited, {
      host: machine.name,
      connection: machine.connection,
      parameters: call.parameters,
      signal: context.cancellationSignal,
      onNoise: keepForStep,
      ...(site.log === undefined ? {} : { log: stepLog(site.log, context.info) }),
    });
  } catch (error) {
    // A cancelled activity ends as cancelled, whatever the broken call looked like; a worker that shuts down is one case of it.
    if (context.cancellationSignal.aborted) await context.cancelled;
    throw error;
  }
}

/** What a script says beside its result is read beside the step's history: each line names the run and the step. */
function stepLog(log: ShellLog, { workflowExecution, activityType, attempt }: Info): ShellLog {
  const step = { workflowId: workflowExecution?.workflowId, runId: workflowExecution?.runId, activityType, attempt };
  return {
    debug: (message, fields) => log.debug(message, { ...step, ...fields }),
    info: (message, fields) => log.info(message, { ...step, ...fields }),
    warn: (message, fields) => log.warn(message, { ...step, ...fields }),
  };
}
