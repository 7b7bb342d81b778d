import type { PlantVerb, PlantVerbs } from '../plant/api.ts';
import { SHELL_MISBEHAVIOURS, type ShellMisbehaviour } from '../plant/shell-misbehaviour.ts';

/** Where in a call something went wrong, as the dispatcher tells it. */
export type FailureStage = 'connect' | 'run' | 'result' | 'lost';

/** What a PowerShell error carries. */
export class ShellError extends Error {
  override name = 'ShellError';
  readonly stage: FailureStage;
  readonly hresult: string;
  readonly id: string;

  constructor(message: string, { stage = 'run', hresult, id }: { stage?: FailureStage; hresult: string; id: string }) {
    super(message);
    this.stage = stage;
    this.hresult = hresult;
    this.id = id;
  }
}

/** HRESULT of a general .NET exception. */
const GENERAL_HRESULT = '0x80131500';

/** The verbs of one host, as the plant's host module has them. */
export interface HostVerbs {
  readonly name: string;
  invoke<V extends PlantVerb>(verb: V, request: PlantVerbs[V]['request']): Promise<PlantVerbs[V]['answer']>;
}

/** The host of that name behind the plant's REST interface. A host that hangs never answers, so neither does this. */
export function connectHost(plantUrl: string, name: string): HostVerbs {
  return {
    name,
    async invoke(verb, request) {
      const response = await post(plantUrl, `/hosts/${encodeURIComponent(name)}/${verb}`, request);
      const body: unknown = await response.json().catch(() => null);
      if (!response.ok) throw refusal(response.status, name, body);
      return body as PlantVerbs[typeof verb]['answer'];
    },
  };
}

/** What a shell of this host asks the plant before a call, or when it starts; null without a plant that answers. */
export async function askMisbehaviour(
  plantUrl: string,
  asked: { call: { host: string; script: string } } | 'start',
): Promise<ShellMisbehaviour | null> {
  if (plantUrl === '') return null;
  try {
    const response =
      asked === 'start' ? await post(plantUrl, '/shell-starts', {}) : await post(plantUrl, '/shell-calls', asked.call);
    const body: unknown = await response.json();
    const told = body && typeof body === 'object' && 'behaviour' in body ? body.behaviour : null;
    return SHELL_MISBEHAVIOURS.find((known) => known === told) ?? null;
  } catch (error) {
    // Without its plant the shell behaves well; that the plant is gone shows in the script's own verbs.
    if (error instanceof ShellError || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function post(plantUrl: string, path: string, request: unknown): Promise<Response> {
  if (plantUrl === '') throw connectError('FETTLE_PLANT_URL is not set: the simulated shell has no plant to act on.');
  try {
    const headers = { 'content-type': 'application/json' };
    return await fetch(new URL(path, plantUrl), { method: 'POST', headers, body: JSON.stringify(request) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw connectError(`The plant at ${plantUrl} does not answer: ${cause}`);
  }
}

function connectError(message: string): ShellError {
  return new ShellError(message, { stage: 'connect', hresult: GENERAL_HRESULT, id: 'PSSessionOpenFailed' });
}

function refusal(status: number, host: string, body: unknown): ShellError {
  const told = body && typeof body === 'object' && 'error' in body ? (body.error as Record<string, unknown>) : {};
  const text = (key: string, otherwise: string): string => {
    const value = told[key];
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  const message = text('message', `${host} answered with status ${status}.`);
  const hresult = text('hresult', GENERAL_HRESULT);
  if (status === 503) return connectError(message);
  if (status === 410) return new ShellError(message, { stage: 'lost', hresult, id: 'JobFailure' });
  return new ShellError(message, { hresult, id: text('id', message) });
}
