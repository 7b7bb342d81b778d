import type { SystemFailure } from '../activities/step/outcome.ts';
import type { PlantVerb, PlantVerbs } from './plant/api.ts';

/** The plant did not answer well; `end` is how a call of PowerShell would have ended. */
export class PlantRefusal extends Error {
  override name = 'PlantRefusal';
  readonly end: SystemFailure;

  constructor(end: SystemFailure) {
    super(end.message);
    this.end = end;
  }
}

/** Calls one function on a host. @throws {PlantRefusal} and whatever, once the signal ended it. */
export type AskHost = <V extends PlantVerb>(
  verb: V,
  request: PlantVerbs[V]['request'],
) => Promise<PlantVerbs[V]['answer']>;

/** One host of the plant, by its REST interface (api.ts). A host that hangs never answers, so neither does this before the signal. */
export function hostOfPlant(plantUrl: string, host: string, signal: AbortSignal): AskHost {
  return async (verb, request) => {
    const address = `${plantUrl}/hosts/${encodeURIComponent(host)}/${verb}`;
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify(request), signal };
    const response = await fetch(address, asked).catch(unanswered);
    const body: unknown = await response.json().catch(unanswered);
    if (response.ok) return body as PlantVerbs[typeof verb]['answer'];
    throw new PlantRefusal(endOf(response.status, (body as BadAnswer).error));
  };
}

interface BadAnswer {
  error: { message: string; hresult: string; id: string };
}

function endOf(status: number, { message, hresult, id }: BadAnswer['error']): SystemFailure {
  if (status === 503) return { kind: 'refused', type: 'HostUnreachable', message };
  if (status === 410) return { kind: 'lost', message };
  // As PowerShell tells the error record that the plant's host module makes.
  return { kind: 'failed', message: `${message} (${hresult}, OperationStopped)`, keys: [hresult, id, id], hresult };
}

function unanswered(error: Error): never {
  const { message } = error.cause instanceof Error ? error.cause : error;
  throw new PlantRefusal({
    kind: 'refused',
    type: 'HostUnreachable',
    message: `The plant does not answer: ${message}`,
  });
}
