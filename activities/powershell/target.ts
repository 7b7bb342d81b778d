import { accessSync, constants, readFileSync } from 'node:fs';
import type { HostConnection } from '../../model/inventory.ts';
import {
  ConnectionProblem,
  kerberosName,
  plainAddress,
  plainName,
  plainPath,
  plainPort,
  required,
} from './connection-fields.ts';

/** What the dispatcher reads of a target. */
export interface DispatchTarget {
  transport: 'local' | 'ssh' | 'winrm';
  address?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  keyFile?: string | undefined;
  knownHosts?: string | undefined;
  configuration?: string | undefined;
  connectTimeoutMs?: number | undefined;
}

export interface TargetSettings {
  environment: Readonly<Record<string, string | undefined>>;
  connectTimeoutMs: number;
  /** `process.platform`, given so that a test can be any. */
  platform: NodeJS.Platform;
}

/**
 * Resolves the references of a connection.
 * @throws {ConnectionProblem} when something is missing or could be read as more than it says; nothing is assumed.
 */
export function resolveTarget(connection: HostConnection, settings: TargetSettings): DispatchTarget {
  if (connection.mode === 'installed') throw notYet(connection);
  switch (connection.transport) {
    case 'local':
      return { transport: 'local' };
    case 'winrm':
      return overWinRm(connection, settings);
    case 'ssh':
      return overSsh(connection, settings);
    default:
      throw new ConnectionProblem(
        'TransportRefused',
        `The transport of ${plainAddress(connection)} is none that is known: local, ssh or winrm.`,
      );
  }
}

function overWinRm(connection: HostConnection, { platform, connectTimeoutMs }: TargetSettings): DispatchTarget {
  const address = kerberosName(connection);
  if (platform !== 'win32') {
    throw new ConnectionProblem(
      'TransportRefused',
      `WinRM to ${address} needs a worker on Windows, and this one runs on ${platform}: PowerShell there does not support it. Use ssh, or a Windows worker for the site.`,
    );
  }
  const configuration = plainName('configuration', required(connection, 'configuration'), address);
  return { transport: 'winrm', address, port: plainPort(connection), configuration, connectTimeoutMs };
}

function overSsh(connection: HostConnection, { environment, platform, connectTimeoutMs }: TargetSettings) {
  const address = plainAddress(connection);
  const keyFile = pathOf(reference('keyFile', required(connection, 'keyFile'), address), environment);
  const knownHosts = pathOf(required(connection, 'knownHosts'), environment);
  return {
    transport: 'ssh',
    address,
    port: plainPort(connection),
    user: plainName('user', textOf(required(connection, 'user'), environment), address),
    keyFile: readable(plainPath('keyFile', keyFile, platform, address), `The key of ${address}`, 'SecretMissing'),
    knownHosts: readable(
      plainPath('knownHosts', knownHosts, platform, address),
      `The file of known hosts of ${address}`,
      'TransportRefused',
    ),
    connectTimeoutMs,
  } satisfies DispatchTarget;
}

/** Room for it is kept; what it needs on the target is not built. */
function notYet(connection: HostConnection): ConnectionProblem {
  return new ConnectionProblem(
    'TransportRefused',
    `${plainAddress(connection)} asks for the mode \`installed\`, in which the target runs a signed module of its own behind a JEA role. It is not built yet: the script's text is pushed to the target. Leave \`mode\` out or set it to \`push\`.`,
  );
}

/** The key itself never passes through here: ssh reads it from its file. */
function reference(field: string, value: string, address: string): string {
  if (/^(file|env):./.test(value)) return value;
  throw new ConnectionProblem(
    'TransportRefused',
    `The \`${field}\` of ${address} must be a reference: \`file:PATH\`, or \`env:NAME\` of a variable that holds the path. What stands there is kept back.`,
  );
}

/** `file:PATH` and a bare path are the path, `env:NAME` is the path in that variable. */
function pathOf(given: string, environment: TargetSettings['environment']): string {
  if (given.startsWith('file:')) return given.slice('file:'.length);
  return given.startsWith('env:') ? variable(given, environment) : given;
}

/** `file:PATH` is the file's first line, `env:NAME` the variable's value, anything else is itself. */
function textOf(given: string, environment: TargetSettings['environment']): string {
  if (given.startsWith('env:')) return variable(given, environment);
  if (!given.startsWith('file:')) return given;
  try {
    return readFileSync(given.slice('file:'.length), 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new ConnectionProblem('SecretMissing', `${given} cannot be read (${codeOf(error)}).`);
  }
}

function variable(given: string, environment: TargetSettings['environment']): string {
  const name = given.slice('env:'.length);
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value) return value;
  throw new ConnectionProblem('SecretMissing', `${given} is not set in the worker's environment.`);
}

function readable(path: string, what: string, type: ConnectionProblem['type']): string {
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    throw new ConnectionProblem(type, `${what}, ${path}, cannot be read (${codeOf(error)}).`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
