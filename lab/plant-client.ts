import type { SystemFailure } from '../activities/step/outcome.ts';
import type { PlantVerb, PlantVerbs } from './plant/api.ts';

/** What the plant's host module makes of a failure without a code and an id: an InvalidOperationException. */
const GENERAL_HRESULT = '0x80131509';
const GENERAL_ID = 'FettlePlantFailed';

/** The plant did not answer well; `end` is how a call of PowerShell would have ended. */
export class PlantRefusal extends Error {
  override name = 'PlantRefusal';
  readonly end: SystemFailure;

  constructor(end: SystemFailure) {
    super(end.message);
    this.end = end;
  }
}

/** One host of the plant, by its REST interface. A host that hangs never answers, so neither does this before the signal. */
export class PlantClient {
  readonly #address: string;
  readonly #signal: AbortSignal;

  constructor({ plantUrl, host, signal }: { plantUrl: string; host: string; signal: AbortSignal }) {
    this.#address = `${plantUrl}/hosts/${encodeURIComponent(host)}`;
    this.#signal = signal;
  }

  /** @throws {PlantRefusal} and, when the signal ends it, the signal's reason. */
  async invoke<V extends PlantVerb>(verb: V, request: PlantVerbs[V]['request']): Promise<PlantVerbs[V]['answer']> {
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify(request), signal: this.#signal };
    try {
      const response = await fetch(`${this.#address}/${verb}`, asked);
      const body = (await response.json()) as PlantVerbs[V]['answer'] | { error: Refused };
      if (response.ok) return body as PlantVerbs[V]['answer'];
      throw refusal(response.status, (body as { error: Refused }).error);
    } catch (error) {
      if (error instanceof PlantRefusal) throw error;
      this.#signal.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      const message = `The plant does not answer: ${cause}`;
      throw new PlantRefusal({ kind: 'refused', type: 'HostUnreachable', message });
    }
  }
}

interface Refused {
  message: string;
  hresult?: string;
  id?: string;
}

function refusal(status: number, { message, hresult, id }: Refused): PlantRefusal {
  if (status === 503) return new PlantRefusal({ kind: 'refused', type: 'HostUnreachable', message });
  if (status === 410) return new PlantRefusal({ kind: 'lost', message });
  const [code, name] = [hresult || GENERAL_HRESULT, id || GENERAL_ID];
  // As PowerShell tells the error record that the plant's host module makes.
  const told = `${message} (${code}, OperationStopped)`;
  return new PlantRefusal({ kind: 'failed', message: told, keys: [code, name, name], hresult: code });
}
