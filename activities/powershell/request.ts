import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ScriptContract } from '../../model/contract.ts';
import type { HostConnection } from '../../model/inventory.ts';
import type { CallRedaction, Redactor } from '../secrets/redaction.ts';
import { resolveSecrets } from '../secrets/secrets.ts';
import { Refusal } from '../step/refusal.ts';
import { checkParameters } from './contract-check.ts';
import type { Pins } from './pins.ts';
import type { HostModule, PoolLimits } from './settings.ts';
import { resolveTarget, type DispatchTarget, type TargetSettings } from './target.ts';

/** Bytes of JSON in one request. */
const REQUEST_LIMIT = 1024 * 1024;
/** Calls a function of the host module, for contracts that have no script of their own. */
const CALL_FUNCTION = fileURLToPath(new URL('./call-function.ps1', import.meta.url));

export interface PreparedRequest {
  id: string;
  line: string;
  /** By what the dispatcher knows the session to a remote target; null for what runs in PowerShell itself. */
  target: string | null;
  redaction: CallRedaction;
}

export interface RequestSource {
  hostModule: HostModule;
  target: TargetSettings;
  /** When a session with the target is asked first. */
  limits: Pick<PoolLimits, 'askAfterMs'>;
  /** What may run. */
  pins: Pins;
  /** Learns the secrets that the request holds. */
  redactor: Redactor;
}

/**
 * Checks the parameters by the contract and the files by the manifest, puts secrets in the place of their references and makes
 * the one line that carries a call. Data travels in base64 only.
 * @throws {Refusal} Nothing is sent then.
 */
export async function prepareRequest<P, R>(
  contract: ScriptContract<P, R>,
  connection: HostConnection,
  given: P,
  { hostModule, target: settings, limits: { askAfterMs }, pins, redactor }: RequestSource,
): Promise<PreparedRequest> {
  const checked = checkParameters(contract, given);
  const script = contract.file ? fileURLToPath(contract.file) : CALL_FUNCTION;
  const scriptSha256 = pins.verify(script);
  const moduleSha256 = pins.verifyJoined(hostModule.files);
  const target: DispatchTarget = hostModule.here ? { transport: 'local' } : resolveTarget(connection, settings);
  // Key and known hosts too: a session that was opened with others must not serve a call that names these.
  const targetKey = target.transport === 'local' ? null : JSON.stringify({ ...target, connectTimeoutMs: 0 });
  const { parameters, secrets } = await resolveSecrets(contract, checked, settings.environment);
  const params = contract.file ? parameters : { Function: contract.name, Parameters: parameters };
  const id = randomUUID();
  // Paths, one a line: a list would have to be read with each request.
  const files = { script, scriptSha256, module: hostModule.files.join('\n'), moduleSha256 };
  const json = JSON.stringify({ id, ...files, params, target, targetKey, askAfterMs });
  const bytes = Buffer.from(json, 'utf8');
  if (bytes.length > REQUEST_LIMIT) {
    const message = `RequestTooLarge: ${contract.name} was not called: its request has ${bytes.length} bytes of ${REQUEST_LIMIT} at most; pass less at a time.`;
    throw new Refusal('ContractViolation', message);
  }
  return { id, line: bytes.toString('base64'), target: targetKey, redaction: redactor.learn(secrets) };
}
