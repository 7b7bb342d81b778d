import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ScriptContract } from '../../model/contract.ts';
import type { FailureType } from '../../model/failures.ts';
import type { HostConnection } from '../../model/inventory.ts';
import type { CallRedaction, Redactor } from '../secrets/redaction.ts';
import { resolveSecrets, SecretProblem } from '../secrets/secrets.ts';
import type { SystemFailure } from '../step/outcome.ts';
import { checkParameters } from './contract-check.ts';
import { ScriptNotPinned, type Pins } from './pins.ts';
import type { HostModule, PoolLimits } from './settings.ts';
import { ConnectionProblem, resolveTarget, type DispatchTarget, type TargetSettings } from './target.ts';

/** Bytes of JSON in one request. */
const REQUEST_LIMIT = 1024 * 1024;
/** Calls a function of the host module, for contracts that have no script of their own. */
const CALL_FUNCTION = fileURLToPath(new URL('./call-function.ps1', import.meta.url));

export type PreparedRequest =
  /** `target`: by what the dispatcher knows the session to a remote target; null for what runs in PowerShell itself. */
  | { ready: true; id: string; line: string; target: string | null; redaction: CallRedaction }
  /** Nothing was sent. */
  | { ready: false; outcome: SystemFailure };

export interface RequestSource {
  hostModule: HostModule;
  target: TargetSettings;
  /** When a session with the target is asked first, and when it is not kept. */
  limits: Pick<PoolLimits, 'askAfterMs' | 'memoryBytes'>;
  /** What may run. */
  pins: Pins;
  /** Learns the secrets that the request holds. */
  redactor: Redactor;
}

/**
 * Checks the parameters by the contract and the files by the manifest, puts secrets in the place of their references and makes
 * the one line that carries a call. Data travels in base64 only.
 */
export async function prepareRequest<P, R>(
  contract: ScriptContract<P, R>,
  connection: HostConnection,
  given: P,
  { hostModule, target: settings, limits: { askAfterMs, memoryBytes }, pins, redactor }: RequestSource,
): Promise<PreparedRequest> {
  const checked = checkParameters(contract, given);
  if (!checked.fits) return { ready: false, outcome: checked.outcome };
  try {
    const script = contract.file ? fileURLToPath(contract.file) : CALL_FUNCTION;
    const scriptSha256 = pins.verify(script);
    const moduleSha256 = pins.verifyJoined(hostModule.files);
    const target: DispatchTarget = hostModule.here ? { transport: 'local' } : resolveTarget(connection, settings);
    const { parameters, secrets } = await resolveSecrets(contract, checked.parameters, settings.environment);
    const id = randomUUID();
    const key = targetKey(target);
    const json = JSON.stringify({
      id,
      script,
      scriptSha256,
      // Paths, one a line: a list would have to be read with each request.
      module: hostModule.files.join('\n'),
      moduleSha256,
      params: contract.file ? parameters : { Function: contract.name, Parameters: parameters },
      target,
      targetKey: key,
      limits: { askAfterMs, memoryBytes },
    });
    const bytes = Buffer.from(json, 'utf8');
    if (bytes.length > REQUEST_LIMIT) {
      const message = `RequestTooLarge: ${contract.name} was not called: its request has ${bytes.length} bytes of ${REQUEST_LIMIT} at most; pass less at a time.`;
      return refused('ContractViolation', message);
    }
    return {
      ready: true,
      id,
      line: bytes.toString('base64'),
      target: key,
      redaction: redactor.learn(secrets),
    };
  } catch (error) {
    if (error instanceof ConnectionProblem) return refused(error.type, error.message);
    if (error instanceof SecretProblem) return refused('SecretMissing', error.message);
    if (error instanceof ScriptNotPinned) return refused('ScriptNotPinned', error.message);
    throw error;
  }
}

/** Key and known hosts too: a session that was opened with others must not serve a call that names these. */
function targetKey({
  transport,
  address,
  port,
  user,
  configuration,
  keyFile,
  knownHosts,
}: DispatchTarget): string | null {
  if (transport === 'local') return null;
  return [transport, address, port, user, configuration, keyFile, knownHosts].join('|');
}

function refused(type: FailureType, message: string): PreparedRequest {
  return { ready: false, outcome: { kind: 'refused', type, message } };
}
