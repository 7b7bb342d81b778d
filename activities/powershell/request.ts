import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import type { CallRedaction, Redactor } from '../secrets/redaction.ts';
import { environmentSecrets, fileSecrets, resolveSecrets, SecretProblem } from '../secrets/secrets.ts';
import { affinityKey } from './affinity.ts';
import { ConnectionProblem } from './connection-fields.ts';
import { issueText } from './exchange-outcome.ts';
import { HOST_MODULES, type HostModule } from './host-modules.ts';
import { lostInJson } from './json-value.ts';
import { NO_SIDE_OUTPUT } from './side-output.ts';
import { ScriptNotPinned, type Pins } from './pins/pins.ts';
import type { PoolLimits } from './shell-settings.ts';
import type { CallOutcome } from './shell.ts';
import { resolveTarget, type DispatchTarget, type TargetSettings } from './target.ts';

/** Bytes of JSON in one request. */
const REQUEST_LIMIT = 1024 * 1024;

export type PreparedRequest =
  | { ready: true; id: string; line: string; affinity: string | null; redaction: CallRedaction }
  /** Nothing was sent. */
  | { ready: false; outcome: CallOutcome<never> };

/** When a session with the target is asked first, and when it is not kept. */
type SessionLimits = Pick<PoolLimits, 'askAfterMs' | 'memoryBytes'>;

export interface RequestSource<P, R> {
  contract: ScriptContract<P, R>;
  connection: HostConnection;
  parameters: P;
  hostModule: HostModule;
  /** Whether the script runs in this PowerShell itself, whatever the connection says. */
  here: boolean;
  target: TargetSettings;
  limits: SessionLimits;
  /** What may run. */
  pins: Pins;
  /** Learns the secrets that the request holds. */
  redactor: Redactor;
}

/** The files that a call runs, each with the SHA-256 by which the dispatcher knows it again. */
interface PinnedFiles {
  script: string;
  scriptSha256: string;
  /** Paths, one a line: a list would have to be read with each request. */
  module: string;
  moduleSha256: string;
}

/**
 * Checks the parameters by the contract and the files by the manifest, puts secrets in the place of their references and makes
 * the one line that carries a call. Data travels in base64 only.
 */
export async function prepareRequest<P, R>(source: RequestSource<P, R>): Promise<PreparedRequest> {
  const { contract, connection, here, redactor } = source;
  const checked = contract.parameters.safeParse(source.parameters);
  if (!checked.success) return refused(`${contract.name} was not called: ${issueText(checked)}`);
  const lost = lostInJson(checked.data);
  if (lost !== null) return refused(`${contract.name} was not called: ${lost}.`);
  try {
    const files = pinnedFiles(source);
    const target = here ? { transport: 'local' as const } : resolveTarget(connection, source.target);
    const sources = [environmentSecrets(source.target.environment), fileSecrets()];
    const { parameters, secrets } = await resolveSecrets(contract, checked.data, sources);
    const { askAfterMs, memoryBytes } = source.limits;
    const call = { ...files, params: parameters, target, limits: { askAfterMs, memoryBytes } };
    return encode(contract.name, call, redactor.learn(secrets));
  } catch (error) {
    if (error instanceof ConnectionProblem) return notSent(error.type, error.message);
    if (error instanceof SecretProblem) return notSent('SecretMissing', error.message);
    if (error instanceof ScriptNotPinned) return notSent('ScriptNotPinned', error.message);
    throw error;
  }
}

function pinnedFiles<P, R>({ contract, hostModule, pins }: RequestSource<P, R>): PinnedFiles {
  const script = fileURLToPath(contract.file);
  const module = HOST_MODULES[hostModule];
  return {
    script,
    scriptSha256: pins.verify(script),
    module: module.join('\n'),
    moduleSha256: pins.verifyJoined(module),
  };
}

function encode(
  name: string,
  call: PinnedFiles & { params: unknown; target: DispatchTarget; limits: SessionLimits },
  redaction: CallRedaction,
): PreparedRequest {
  const id = randomUUID();
  const json = JSON.stringify({ id, ...call });
  const bytes = Buffer.from(json, 'utf8');
  if (bytes.length > REQUEST_LIMIT) {
    return refused(
      `RequestTooLarge: ${name} was not called: its request has ${bytes.length} bytes of ${REQUEST_LIMIT} at most; pass less at a time.`,
    );
  }
  return { ready: true, id, line: bytes.toString('base64'), affinity: affinityKey(call.target), redaction };
}

function notSent(type: Extract<CallOutcome<never>, { kind: 'not-sent' }>['type'], message: string): PreparedRequest {
  return { ready: false, outcome: { kind: 'not-sent', type, message, sideOutput: NO_SIDE_OUTPUT } };
}

function refused(message: string): PreparedRequest {
  return {
    ready: false,
    outcome: { kind: 'contract-violation', side: 'parameters', message, sideOutput: NO_SIDE_OUTPUT },
  };
}
