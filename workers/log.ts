import { IllegalStateError } from '@temporalio/common';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import { destination, pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LogLevel } from './config.ts';

export type Log = Logger;

export interface LogOptions {
  level: LogLevel;
  /** Readable lines instead of JSON: for a person at a terminal. */
  readable: boolean;
  colours?: boolean;
  /** Where lines go; standard error when left out, so that standard output stays free for results. */
  stream?: DestinationStream;
}

/** Fields whose values never reach a log, wherever they stand in a record. */
const SECRET_FIELDS = [
  'password',
  'passphrase',
  'secret',
  'token',
  'apiKey',
  'authorization',
  'credential',
  'privateKey',
];
const DEPTH = 4;

const SECRET_PATHS = [
  ...SECRET_FIELDS.flatMap((field) => Array.from({ length: DEPTH }, (_, depth) => `${'*.'.repeat(depth)}${field}`)),
  // A TOTP code is a secret for its half minute; an error's `code` is not.
  'code',
  'decision.code',
  'decision.signature',
];

/** The log of a process: one JSON line for each record, or readable lines on a terminal. */
export function createLog({ level, readable, colours = false, stream }: LogOptions): Log {
  const target = stream ?? destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_PATHS, censor: '[secret]' },
    },
    readable ? readableLines(target, colours) : target,
  );
}

function readableLines(target: DestinationStream, colorize: boolean): DestinationStream {
  const format = prettyFactory({ colorize, ignore: 'pid,hostname' });
  return { write: (line) => target.write(format(line)) };
}

/**
 * Leads the log of Temporal's runtime, its native part included, into ours. There is one runtime in a process, from its first
 * connection or worker until the last of them is closed: while it is there, a call changes nothing.
 * @param metricsAddress where metrics are served to Prometheus; nowhere when null.
 */
export function installRuntime(log: Log, metricsAddress: string | null = null): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('TRACE', (entry) => writeEntry(log, entry)),
      telemetryOptions: {
        logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
        ...(metricsAddress === null ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
      },
      // Whoever started the workers drains them; a second reader of signals would race with it.
      shutdownSignals: [],
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** A site's worker serves no workflows because it should not. */
const EXPECTED_WARNING = 'No workflows registered';

function writeEntry(log: Log, { level, message, meta }: LogEntry): void {
  const { error, ...rest } = (meta ?? {}) as Record<string, unknown>;
  const fields = { temporal: rest, ...(error === undefined ? {} : { err: error }) };
  log[isHousekeeping(level, message, rest['sdkComponent']) ? 'debug' : LEVELS[level]](fields, message);
}

/** What the SDK says of its own states; what workflows and activities say keeps its level. */
function isHousekeeping(level: LogEntry['level'], message: string, component: unknown): boolean {
  if (component !== 'worker' && component !== 'core') return false;
  return level === 'INFO' || message.startsWith(EXPECTED_WARNING);
}
