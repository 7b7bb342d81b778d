import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../model/search-attributes.ts';
import { dataConverter } from '../../workers/data-converter/index.ts';
import { installRuntime } from '../../workers/log.ts';
import type { Log } from '../../workers/log.ts';
import { stoppableRetries } from '../../workers/stoppable-retries.ts';
import { GuardedProcess } from './guarded-process.ts';
import { accepts, freePorts } from './ports.ts';

export interface StartTemporalOptions {
  /** Path of the `temporal` program (resolve.ts). */
  cli: string;
  log: Log;
  /** Whether to serve the Web UI; true when left out. */
  ui?: boolean;
  /** SQLite file that keeps runs over a restart; in memory when left out. */
  dbFile?: string;
  namespace?: string;
}

/** A Temporal development server of our own. It ends with this process, however this process ends. */
export interface LabTemporal {
  /** `127.0.0.1:<port>` of the gRPC service. */
  address: string;
  namespace: string;
  /** Address of the Web UI, or null without one. */
  uiUrl: string | null;
  client: Client;
  /** For workers. */
  nativeConnection: NativeConnection;
  /** Resolves when the server was closed; rejects when it ended by itself. */
  closed: Promise<void>;
  /** Closes the connections and ends the server. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
/** Another process may take a port between the choice and its use. */
const ATTEMPTS = 3;

/**
 * Starts a server on free ports, with our search attributes registered before it returns.
 * @throws with the server's last words when it does not come up.
 */
export async function startTemporal(options: StartTemporalOptions): Promise<LabTemporal> {
  installRuntime(options.log);
  for (let attempt = 1; ; attempt += 1) {
    const [port = 0, uiPort = 0] = await freePorts(2);
    const server = new GuardedProcess({
      program: options.cli,
      args: serverArguments(options, port, uiPort),
      endSignal: options.dbFile === undefined ? 'SIGKILL' : 'SIGTERM',
      onLine: (line) => options.log.debug({ part: 'temporal-server' }, line),
    });
    try {
      await untilListening(server, port);
      return await connect(server, options, port, uiPort);
    } catch (error) {
      const words = server.lastWords;
      await server.end();
      if (attempt < ATTEMPTS && words.includes('address already in use')) continue;
      throw new Error(`The Temporal server (${options.cli}) did not start. Its last words: ${words || 'none'}`, {
        cause: error,
      });
    }
  }
}

function serverArguments(
  { ui = true, dbFile, namespace }: StartTemporalOptions,
  port: number,
  uiPort: number,
): string[] {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${CLI_TYPES[type]}`,
  ]);
  return [
    'server',
    'start-dev',
    `--ip=${HOST}`,
    `--port=${port}`,
    '--log-format=json',
    '--log-level=warn',
    ...(ui ? [`--ui-port=${uiPort}`] : ['--headless']),
    ...(dbFile === undefined ? [] : ['--db-filename', dbFile]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...attributes,
  ];
}

const CLI_TYPES = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;

async function untilListening(server: GuardedProcess, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await accepts(HOST, port))) {
    if (server.ended) throw new Error('The server ended by itself.');
    if (Date.now() > deadline) throw new Error(`Nobody listens on port ${port} after ${READY_WITHIN_MS / 1000} s.`);
    await wait(LOOK_EVERY_MS);
  }
}

async function connect(
  server: GuardedProcess,
  { namespace = 'default', ui = true, log }: StartTemporalOptions,
  port: number,
  uiPort: number,
): Promise<LabTemporal> {
  const address = `${HOST}:${port}`;
  const retries = stoppableRetries();
  const connection = await Connection.connect({ address, interceptors: retries.interceptors });
  await untilRegistered(connection, namespace);
  const nativeConnection = await NativeConnection.connect({ address });
  let closing = false;
  const untilClosed = async (): Promise<void> => {
    await server.closed;
    if (!closing) throw new Error(`The Temporal server ended by itself. Its last words: ${server.lastWords || 'none'}`);
    log.debug({ part: 'temporal-server' }, 'The Temporal server has ended.');
  };
  const closed = untilClosed();
  // The error still reaches whoever awaits `closed`; nobody has to.
  closed.catch(() => undefined);
  return {
    address,
    namespace,
    uiUrl: ui ? `http://${HOST}:${uiPort}` : null,
    client: new Client({ connection, namespace, dataConverter }),
    nativeConnection,
    closed,
    close: async () => {
      closing = true;
      await nativeConnection.close();
      await retries.stop();
      await connection.close();
      await server.end();
    },
  };
}

/** The server answers before it has registered what it was told to: a run that starts in between would get stuck on it. */
async function untilRegistered(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const isReady = async (): Promise<boolean> => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
  };
  for (;;) {
    const ready = await isReady().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return false;
    });
    if (ready) return;
    if (Date.now() > deadline) throw new Error(`The namespace ${namespace} lacks our search attributes.`);
    await wait(LOOK_EVERY_MS);
  }
}
