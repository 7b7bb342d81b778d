import { setTimeout as delay } from 'node:timers/promises';
import { checkParameters, checkResult } from '../activities/powershell/contract-check.ts';
import type { CallOptions, CallOutcome, Shell } from '../activities/powershell/shell.ts';
import type { SystemFailure, SystemOutcome } from '../activities/step/outcome.ts';
import { refusalOf } from '../activities/step/refusal.ts';
import { resolveSecrets } from '../activities/secrets/secrets.ts';
import type { ScriptContract } from '../model/contract.ts';
import type { FailureType } from '../model/failures.ts';
import type { HostConnection } from '../model/inventory.ts';
import { PlantClient, PlantRefusal } from './plant-client.ts';
import { SIMULATED_SCRIPTS } from './simulated-scripts.ts';

/** How long running calls may go on when the shell is closed, in milliseconds. */
const GRACE_MS = 5_000;

export interface SimulatedShellSettings {
  /** Base address of the plant. */
  plantUrl: string;
  /** `env:NAME` references are looked up in it. */
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Stands in for PowerShell on the plant where there is none: checks a call by its contract, asks the plant for what the script or the
 * function would ask for, and checks the answer by the contract. It runs no process and no script, and says so in `simulated`.
 */
export class SimulatedShell implements Shell {
  readonly simulated = ['powershell', 'plant'];
  readonly #settings: SimulatedShellSettings;
  readonly #running = new Set<Promise<unknown>>();
  readonly #ended = new AbortController();
  #closed = false;

  constructor(settings: SimulatedShellSettings) {
    this.#settings = settings;
  }

  version(): Promise<string> {
    return Promise.resolve('7.6.0-simulated');
  }

  async call<P, R>(
    contract: ScriptContract<P, R>,
    _connection: HostConnection,
    parameters: P,
    { limitMs = Infinity, signal }: CallOptions = {},
  ): Promise<CallOutcome<R>> {
    const limits = { limitMs: Math.min(limitMs, contract.timeLimitMs), signal };
    const call = this.#call(contract, parameters, limits);
    this.#running.add(call);
    const end = await call.finally(() => this.#running.delete(call));
    return { ...end, said: [] };
  }

  async close(graceMs = GRACE_MS): Promise<void> {
    this.#closed = true;
    await Promise.race([Promise.allSettled(this.#running), delay(graceMs, undefined, { ref: false })]);
    this.#ended.abort();
    await Promise.allSettled(this.#running);
  }

  async #call<P, R>(
    contract: ScriptContract<P, R>,
    given: P,
    { limitMs, signal }: { limitMs: number; signal: AbortSignal | undefined },
  ): Promise<SystemOutcome<R>> {
    const { name } = contract;
    const notRun = `${name} was not run`;
    if (this.#closed) return refused('ShellFailure', `${notRun}: this worker is shutting down and takes no new calls.`);
    if (signal?.aborted) return { kind: 'cancelled', message: `${notRun}: it was cancelled before.`, started: false };
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limitMs);
    const stop = AbortSignal.any([late.signal, this.#ended.signal, ...(signal ? [signal] : [])]);
    try {
      const { parameters } = await resolveSecrets(
        contract,
        checkParameters(contract, given),
        this.#settings.environment,
      );
      return checkResult(contract, [await this.#run(contract, parameters as Parameters, stop)]);
    } catch (error) {
      if (late.signal.aborted) return { kind: 'timed-out', message: `${name} did not end in its time and was ended.` };
      if (signal?.aborted) return { kind: 'cancelled', message: `${name} was cancelled.`, started: true };
      if (stop.aborted) return { kind: 'caller-failed', message: `The worker was closed while ${name} ran.` };
      if (error instanceof PlantRefusal) return error.end;
      return refusalOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(
    { name, file }: Pick<ScriptContract<unknown, unknown>, 'name' | 'file'>,
    parameters: Parameters,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { HostName, EndpointName, EndpointUser, EndpointSecret, ...own } = parameters;
    if (typeof EndpointUser === 'string' && EndpointSecret === undefined)
      throw new PlantRefusal(withoutPassword(EndpointUser));
    const host = new PlantClient({ plantUrl: this.#settings.plantUrl, host: String(HostName ?? EndpointName), signal });
    const script = SIMULATED_SCRIPTS[name];
    if (file && !script) throw new Error(`${name} is not simulated: add what it does to lab/simulated-scripts.ts.`);
    if (script) return script(host, own as never);
    // As the plant's host module does: its fields are the function's parameters, with a small letter first.
    const fields = Object.entries(own).map(([field, value]) => [field.charAt(0).toLowerCase() + field.slice(1), value]);
    return host.invoke(name as never, Object.fromEntries(fields) as never);
  }
}

type Parameters = Readonly<Record<string, unknown>>;

/** As the host modules end a call that names an account and no password for it. */
function withoutPassword(user: string): SystemFailure {
  const hresult = '0x80070057';
  const told = `The account ${user} comes without its password.`;
  // PowerShell takes the words of a plain exception for its id.
  return { kind: 'failed', message: `${told} (${hresult}, OperationStopped)`, keys: [hresult, told, told], hresult };
}

function refused(type: FailureType, message: string) {
  return { kind: 'refused', type, message } as const;
}
