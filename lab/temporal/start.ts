import { setTimeout as wait } from 'node:timers/promises';
import { PAYLOAD_LIMITS } from '../../model/payload-limits.ts';
import { SEARCH_ATTRIBUTES } from '../../model/search-attributes.ts';
import type { Log } from '../../workers/log.ts';
import { connectTemporal, type LabTemporal } from './connect.ts';
import { GuardedProcess } from './guarded-process.ts';
import { accepts, freePorts } from './ports.ts';

export type { LabTemporal };

export interface StartTemporalOptions {
  /** Path of the `temporal` program (resolve.ts). */
  cli: string;
  log: Log;
  /** Whether to serve the Web UI; true when left out. */
  ui?: boolean;
  /** SQLite file that keeps runs over a restart; in memory when left out. */
  dbFile?: string;
  /** Namespaces that the server has from its start beside `default`, each with our search attributes; the first is connected to. */
  namespaces?: readonly string[];
  /** Values of the server's dynamic configuration beside the lab's own, as `key=JSON`. */
  dynamicConfig?: readonly string[];
}

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
/** Another process may take a port between the choice and its use. */
const ATTEMPTS = 3;

/**
 * Starts a Temporal development server on free ports, with our search attributes registered before it returns. It ends with this
 * process, however this process ends.
 * @throws with the server's last words when it does not come up.
 */
export async function startTemporal(options: StartTemporalOptions): Promise<LabTemporal> {
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
      return await connectTo(server, options, port, uiPort);
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
  { ui = true, dbFile, namespaces = [], dynamicConfig = [] }: StartTemporalOptions,
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
    ...[PRECISE_TIMERS, ...PAYLOADS, ...dynamicConfig].flatMap((value) => ['--dynamic-config-value', value]),
    ...(ui ? [`--ui-port=${uiPort}`] : ['--headless']),
    ...(dbFile === undefined ? [] : ['--db-filename', dbFile]),
    ...namespaces.flatMap((namespace) => ['--namespace', namespace]),
    ...attributes,
  ];
}

const PAYLOADS = Object.entries(PAYLOAD_LIMITS).map(([key, bytes]) => `${key}=${bytes}`);

/** The server's own default is a second, in which a plant at speed lives minutes. */
const PRECISE_TIMERS = 'history.timerProcessorMaxTimeShift="20ms"';

const CLI_TYPES = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;

async function untilListening(server: GuardedProcess, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await accepts(HOST, port))) {
    if (server.ended) throw new Error('The server ended by itself.');
    if (Date.now() > deadline) throw new Error(`Nobody listens on port ${port} after ${READY_WITHIN_MS / 1000} s.`);
    await wait(LOOK_EVERY_MS);
  }
}

async function connectTo(
  server: GuardedProcess,
  { namespaces: [namespace = 'default'] = [], ui = true, log }: StartTemporalOptions,
  port: number,
  uiPort: number,
): Promise<LabTemporal> {
  const uiUrl = ui ? `http://${HOST}:${uiPort}` : null;
  const connected = await connectTemporal({ address: `${HOST}:${port}`, namespace, uiUrl }, log);
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
    ...connected,
    closed,
    close: async () => {
      closing = true;
      await connected.close();
      await server.end();
    },
  };
}
