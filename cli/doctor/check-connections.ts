import { resolveSecrets } from '../../activities/secrets/secrets.ts';
import { resolveTarget } from '../../activities/powershell/target.ts';
import { Refusal } from '../../activities/step/refusal.ts';
import type { HostConnection, Inventory, InventoryEndpoint } from '../../model/inventory.ts';
import { good, note, type Finding } from './finding.ts';

export interface ConnectingMachine {
  environment: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/** Messages that are told; the rest is counted. */
const TOLD = 5;
/** Nothing is connected to: it only has to be a number. */
const CONNECT_TIMEOUT_MS = 1_000;

/** Whether a worker on this machine has what the inventory's connections name: transports, keys, known hosts, passwords. Reaches no host. */
export async function checkConnections(inventory: Inventory, machine: ConnectingMachine): Promise<Finding> {
  const check = 'Connections';
  const { hosts, endpoints } = inventory;
  const troubles = [
    ...[...hosts, ...endpoints].flatMap(({ connection }) => connectionTrouble(connection, machine) ?? []),
    ...(await Promise.all(endpoints.map((endpoint) => credentialTrouble(endpoint, machine)))).flat(),
  ];
  if (troubles.length === 0)
    return good(check, `what ${hosts.length} hosts and ${endpoints.length} endpoints need is on this machine`);
  const more = troubles.length > TOLD ? [`and ${troubles.length - TOLD} more`] : [];
  return note(
    check,
    `a worker on this machine, run by this account, would lack:\n${[...troubles.slice(0, TOLD), ...more].join('\n')}`,
    {
      mend: 'Where a worker of these hosts runs: put in place what is named, for the account that runs it. On any other machine there is nothing to do.',
    },
  );
}

function connectionTrouble(connection: HostConnection, machine: ConnectingMachine): string | null {
  try {
    resolveTarget(connection, { ...machine, connectTimeoutMs: CONNECT_TIMEOUT_MS });
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

async function credentialTrouble(
  { name, credential }: InventoryEndpoint,
  machine: ConnectingMachine,
): Promise<string[]> {
  if (credential === undefined) return [];
  try {
    await resolveSecrets({ name, secrets: ['password'] }, credential, machine.environment);
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [`The password of ${name}: ${error.message}`];
    throw error;
  }
}
