import { checkParameters, checkResult } from '../activities/powershell/contract-check.ts';
import type { CallOptions } from '../activities/powershell/shell.ts';
import type { SystemOutcome } from '../activities/step/outcome.ts';
import { refusalOf } from '../activities/step/refusal.ts';
import { resolveSecrets } from '../activities/secrets/secrets.ts';
import type { ScriptContract } from '../model/contract.ts';
import type { PlantShell } from '../workers/shell.ts';
import { hostOfPlant, PlantRefusal } from './plant-client.ts';
import { SIMULATED_SCRIPTS } from './simulated-scripts.ts';

/**
 * Stands in for PowerShell on the plant where there is none: checks a call by its contract, asks the plant for what the script or the
 * function would ask for, and checks the answer by the contract. It runs no process and no script, and says so in `simulated`.
 */
export const openSimulatedShell: PlantShell['simulated'] = ({ plantUrl, environment }) => {
  const closing = new AbortController();
  const closed = closing.signal;

  async function outcomeOf<P, R>(
    contract: ScriptContract<P, R>,
    given: P,
    { limitMs = Infinity, signal }: CallOptions,
  ): Promise<SystemOutcome<R>> {
    const { name, timeLimitMs } = contract;
    const notRun = `${name} was not run`;
    if (closed.aborted) {
      const message = `${notRun}: this worker is shutting down and takes no new calls.`;
      return { kind: 'refused', type: 'ShellFailure', message };
    }
    if (signal?.aborted) return { kind: 'cancelled', message: `${notRun}: it was cancelled before.`, started: false };
    const late = AbortSignal.timeout(Math.min(limitMs, timeLimitMs));
    const stop = AbortSignal.any([late, closed, ...(signal ? [signal] : [])]);
    try {
      const { parameters } = await resolveSecrets(contract, checkParameters(contract, given), environment);
      return checkResult(contract, [await run(contract, parameters as Parameters, plantUrl, stop)]);
    } catch (error) {
      if (late.aborted) return { kind: 'timed-out', message: `${name} did not end in its time and was ended.` };
      if (signal?.aborted) return { kind: 'cancelled', message: `${name} was cancelled.`, started: true };
      if (closed.aborted) return { kind: 'caller-failed', message: `The worker was closed while ${name} ran.` };
      return error instanceof PlantRefusal ? error.end : refusalOf(error);
    }
  }

  return {
    simulated: ['powershell', 'plant'],
    version: () => Promise.resolve('7.6.0-simulated'),
    call: async (contract, _connection, parameters, options = {}) => ({
      ...(await outcomeOf(contract, parameters, options)),
      said: [],
    }),
    // Ends running calls at once: a worker has let its steps end before.
    close: () => Promise.resolve(closing.abort()),
  };
};

type Parameters = Readonly<Record<string, unknown>>;

function run(
  { name, file }: Pick<ScriptContract<unknown, unknown>, 'name' | 'file'>,
  { HostName, EndpointName, EndpointUser: _user, EndpointSecret: _secret, ...own }: Parameters,
  plantUrl: string,
  signal: AbortSignal,
): Promise<unknown> {
  const ask = hostOfPlant(plantUrl, String(HostName ?? EndpointName), signal);
  const script = SIMULATED_SCRIPTS[name];
  if (script) return script(ask, own as never);
  if (file) throw new Error(`${name} is not simulated: add what it does to lab/simulated-scripts.ts.`);
  // As the plant's host module does: its fields are the function's parameters, with a small letter first.
  const fields = Object.entries(own).map(([field, value]) => [field.charAt(0).toLowerCase() + field.slice(1), value]);
  return ask(name as never, Object.fromEntries(fields) as never);
}
