import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { HostConnection } from '../../model/inventory.ts';
import type { ScriptContract } from '../../model/script-contract.ts';
import { affinityKey } from './affinity.ts';
import { HOST_MODULES, type HostModule } from './host-modules.ts';
import { issueText } from './judge.ts';
import { NO_NOISE } from './noise.ts';
import type { CallOutcome } from './shell.ts';
import { ConnectionProblem, resolveTarget, type DispatchTarget, type TargetSettings } from './target.ts';

/** Bytes of JSON in one request. */
const REQUEST_LIMIT = 1024 * 1024;

export type PreparedRequest =
  | { ready: true; id: string; line: string; affinity: string | null }
  /** Nothing was sent. */
  | { ready: false; outcome: CallOutcome<never> };

export interface RequestSource<P, R> {
  contract: ScriptContract<P, R>;
  connection: HostConnection;
  parameters: P;
  hostModule: HostModule;
  target: TargetSettings;
}

/** Checks the parameters by the contract and makes the one line that carries a call. Data travels in base64 only. */
export function prepareRequest<P, R>(source: RequestSource<P, R>): PreparedRequest {
  const { contract, connection, hostModule } = source;
  const checked = contract.parameters.safeParse(source.parameters);
  if (!checked.success) return refused(`${contract.name} was not called: ${issueText(checked)}`);
  let target: DispatchTarget;
  try {
    // The plant's hosts are behind its REST interface, whatever their inventory says of remoting.
    target = hostModule === 'plant' ? { transport: 'local' } : resolveTarget(connection, source.target);
  } catch (error) {
    if (!(error instanceof ConnectionProblem)) throw error;
    return { ready: false, outcome: { kind: 'connect-failed', message: error.message, noise: NO_NOISE } };
  }
  const id = randomUUID();
  const script = fileURLToPath(contract.file);
  const json = JSON.stringify({ id, script, module: HOST_MODULES[hostModule], params: checked.data, target });
  const bytes = Buffer.from(json, 'utf8');
  if (bytes.length > REQUEST_LIMIT) {
    return refused(
      `RequestTooLarge: ${contract.name} was not called: its request has ${bytes.length} bytes of ${REQUEST_LIMIT} at most; pass less at a time.`,
    );
  }
  return { ready: true, id, line: `Invoke-FettleRequest '${bytes.toString('base64')}'`, affinity: affinityKey(target) };
}

function refused(message: string): PreparedRequest {
  return { ready: false, outcome: { kind: 'contract-violation', side: 'parameters', message, noise: NO_NOISE } };
}
