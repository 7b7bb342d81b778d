import { hostname, userInfo } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { findRunningLab } from '../lab/running-labs.ts';
import { checkoutDir } from '../workers/checkout.ts';
import { InvalidEnvironment, readEnvironment } from '../workers/config.ts';
import { dataConverter } from '../workers/data-converter/index.ts';
import { stoppableRetries, type StoppableRetries } from '../workers/stoppable-retries.ts';
import { badInput, unreachable } from './errors.ts';

export interface ConnectionFlags {
  address?: string;
  namespace?: string;
  /** Base address of the Web UI, for links; a lab tells its own. */
  ui?: string;
}

/** A connection to one namespace of a Temporal server. */
export interface Session {
  client: Client;
  connection: Connection;
  address: string;
  namespace: string;
  /** Base address of the Web UI, or null when nobody told it. */
  ui: string | null;
  close(): Promise<void>;
}

/** Where the server is, and who said so. */
export interface ServerAddress {
  address: string;
  namespace: string;
  ui: string | null;
  source: string;
  options: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
}

const CONNECT_LIMIT = '5 seconds';

/**
 * Finds the server: `--address`, else Temporal's own environment variables and profile file, else a running lab of this checkout.
 * @throws {CommandError} `NoServer` (exit 4) with all that was tried.
 */
export async function findServer(flags: ConnectionFlags): Promise<ServerAddress> {
  const profile = readProfile();
  const configured = profile.connectionOptions.address;
  const namespace = flags.namespace ?? profile.namespace ?? 'default';
  const address = flags.address ?? configured;
  if (address !== undefined) {
    const source = flags.address === undefined ? "Temporal's environment variables or profile file" : '--address';
    return { address, namespace, ui: flags.ui ?? null, source, options: { ...profile.connectionOptions, address } };
  }
  const lab = await findRunningLab(checkoutDir);
  if (lab === null) throw noServer();
  return {
    address: lab.address,
    namespace: flags.namespace ?? lab.namespace,
    ui: flags.ui ?? lab.ui,
    source: 'the running lab of this checkout',
    options: { address: lab.address },
  };
}

/** Connects, with the one data converter that workers use too. */
export async function connect(flags: ConnectionFlags): Promise<Session> {
  return await openSession(await findServer(flags));
}

/** Connects to a server that was found before, or to a lab that this process started. */
export async function openSession(server: ServerAddress): Promise<Session> {
  const retries = stoppableRetries();
  const connection = await open(server, retries);
  const { address, namespace, ui } = server;
  const client = new Client({ connection, namespace, dataConverter, identity: clientIdentity() });
  const close = async (): Promise<void> => {
    await retries.stop();
    await connection.close();
  };
  return { client, connection, address, namespace, ui, close };
}

/** Runs a command's work with a session and closes it, whatever happens. */
export async function withSession<T>(flags: ConnectionFlags, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect(flags);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Temporal's own variables and profile file (https://docs.temporal.io/develop/environment-configuration). */
function readProfile(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ overrideEnvVars: { ...readEnvironment().variables } });
  } catch (error) {
    if (error instanceof InvalidEnvironment) throw error;
    throw badInput("Temporal's profile cannot be read.", [
      {
        path: 'TEMPORAL_*',
        message: error instanceof Error ? error.message : String(error),
        expected: "variables or a file as Temporal's environment configuration describes them",
      },
    ]);
  }
}

async function open(server: ServerAddress, { interceptors }: StoppableRetries): Promise<Connection> {
  try {
    return await Connection.connect({ ...server.options, interceptors, connectTimeout: CONNECT_LIMIT });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreachable(
      'NoServer',
      `No Temporal server answers at ${server.address} (from ${server.source}): ${reason}\n` +
        'Check that it runs and that this machine may reach it, or start a lab with `npx fettle lab up` and leave the address out.',
    );
  }
}

function noServer(): Error {
  return unreachable(
    'NoServer',
    'No Temporal server to talk to. Tried: --address (not given), TEMPORAL_ADDRESS and the profile file (no address there), ' +
      'a running lab of this checkout (none).\nStart a lab with `npx fettle lab up` in another terminal, or name your server: `--address HOST:7233`.',
  );
}

/** Who the server records as sender. A claim like every name: the server does not prove it. */
function clientIdentity(): string {
  return `${operatorName()}@${hostname()} (fettle)`;
}

/** The name under which the operator is logged on to this machine. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A container may run under a number that no account has; then the number is the name.
    if (error instanceof Error) return `uid ${process.getuid?.() ?? 'unknown'}`;
    throw error;
  }
}
