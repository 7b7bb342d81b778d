import { accessSync, constants, readFileSync } from 'node:fs';
import type { HostConnection } from '../../model/inventory.ts';

/** What the dispatcher reads of a target. */
export interface DispatchTarget {
  transport: 'local' | 'ssh' | 'winrm';
  address?: string;
  port?: number;
  user?: string;
  keyFile?: string;
  knownHosts?: string;
  configuration?: string;
  connectTimeoutMs?: number;
}

export interface TargetSettings {
  environment: Readonly<Record<string, string | undefined>>;
  connectTimeoutMs: number;
  /** `process.platform`, given so that a test can be any. */
  platform: NodeJS.Platform;
}

/** The connection cannot be used as the inventory describes it; the message says what would be right. */
export class ConnectionProblem extends Error {
  override name = 'ConnectionProblem';
  readonly type: 'SecretMissing' | 'TransportRefused';

  constructor(message: string, type: ConnectionProblem['type'] = 'TransportRefused') {
    super(message);
    this.type = type;
  }
}

/** PowerShell hands addresses and accounts to ssh as arguments, where one that begins with a hyphen would be an option. */
const ADDRESS = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$|^(?=.*:.*:)[0-9A-Fa-f:.]{2,45}$/;
/** Also `svc-patch@corp.example` and `CORP\svc-patch`. */
const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.@\\$-]{0,255}$/;
const CONFIGURATION = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** ssh takes a blank for the end of a path and expands `%`, `~` and `${}` in it; PowerShell puts paths between quotes. */
const SPECIAL_IN_PATH = /[\s"'`%~${}\p{Cc}]/u;

/**
 * Resolves the references of a connection.
 * @throws {ConnectionProblem} when something is missing or could be read as more than it says; nothing is assumed.
 */
export function resolveTarget(connection: HostConnection, settings: TargetSettings): DispatchTarget {
  const { transport, address, port } = connection;
  if (transport === 'local') return { transport };
  const { platform, environment, connectTimeoutMs } = settings;
  const said = JSON.stringify(address.slice(0, 60));
  if (transport !== 'ssh' && transport !== 'winrm')
    throw new ConnectionProblem(`The transport of ${said} is none that is known: local, ssh or winrm.`);
  if (!ADDRESS.test(address))
    throw new ConnectionProblem(`${said} is no address to connect to: a name or an IP address is.`);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new ConnectionProblem(`The port of ${address} is not right: a number from 1 to 65535 is.`);
  // Room for it is kept; what it needs on the target is not built.
  if (connection.mode === 'installed')
    throw new ConnectionProblem(
      `${address} asks for the mode \`installed\`, in which the target runs a signed module of its own behind a JEA role. It is not built yet: the script's text is pushed to the target. Leave \`mode\` out or set it to \`push\`.`,
    );
  if (transport === 'winrm') {
    refuseWinRm(address, platform);
    const configuration = plainName('configuration', required(connection, 'configuration'), CONFIGURATION, address);
    return { transport, address, port, configuration, connectTimeoutMs };
  }
  const keyFile = required(connection, 'keyFile');
  // The key itself never passes through here: ssh reads it from its file.
  if (!/^(file|env):./.test(keyFile))
    throw new ConnectionProblem(
      `The \`keyFile\` of ${address} must be a reference: \`file:PATH\`, or \`env:NAME\` of a variable that holds the path. What stands there is kept back.`,
    );
  return {
    transport,
    address,
    port,
    user: plainName('user', textOf(required(connection, 'user'), environment), ACCOUNT, address),
    keyFile: readable('keyFile', pathOf(keyFile, environment), platform, address),
    knownHosts: readable('knownHosts', pathOf(required(connection, 'knownHosts'), environment), platform, address),
    connectTimeoutMs,
  };
}

/** Whether a plain address is read as IP address: IPv6, or a last part that is a number. `10.1` and `0x0a000001` are ones too. */
export function isIpAddress(address: string): boolean {
  return address.includes(':') || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(address);
}

function refuseWinRm(address: string, platform: NodeJS.Platform): void {
  if (isIpAddress(address))
    throw new ConnectionProblem(
      `WinRM to ${address} needs a name: Kerberos has no ticket for an IP address. Give the host's full name as \`address\`, or leave it out.`,
    );
  if (platform !== 'win32')
    throw new ConnectionProblem(
      `WinRM to ${address} needs a worker on Windows, and this one runs on ${platform}: PowerShell there does not support it. Use ssh, or a Windows worker for the site.`,
    );
}

/** A field that this transport cannot do without. */
function required(connection: HostConnection, field: 'user' | 'keyFile' | 'knownHosts' | 'configuration'): string {
  const { address, transport } = connection;
  const value = connection[field];
  if (value) return value;
  throw new ConnectionProblem(
    `The connection to ${address} over ${transport} lacks \`${field}\`: add it to the inventory.`,
  );
}

function plainName(field: string, value: string, pattern: RegExp, address: string): string {
  if (pattern.test(value)) return value;
  throw new ConnectionProblem(
    `The \`${field}\` of ${address} is no plain name: letters, digits, dots, hyphens and underscores are.`,
  );
}

/** `file:PATH` and a bare path are the path, `env:NAME` is the path in that variable. */
function pathOf(given: string, environment: TargetSettings['environment']): string {
  return given.startsWith('env:') ? variable(given, environment) : given.replace(/^file:/, '');
}

/** `file:PATH` is the file's first line, `env:NAME` the variable's value, anything else is itself. */
function textOf(given: string, environment: TargetSettings['environment']): string {
  if (given.startsWith('env:')) return variable(given, environment);
  if (!given.startsWith('file:')) return given;
  try {
    return readFileSync(given.slice('file:'.length), 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new ConnectionProblem(`${given} cannot be read (${codeOf(error)}).`, 'SecretMissing');
  }
}

function variable(given: string, environment: TargetSettings['environment']): string {
  const name = given.slice('env:'.length);
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value) return value;
  throw new ConnectionProblem(`${given} is not set in the worker's environment.`, 'SecretMissing');
}

/** The path as ssh may be given it, of a file that can be read. */
function readable(field: 'keyFile' | 'knownHosts', path: string, platform: NodeJS.Platform, address: string): string {
  const windows = platform === 'win32';
  // On Windows also `\\server\share\key` counts as absolute, which anybody in between can answer, and `\key` of whatever drive is the current one.
  if (!(windows ? /^[A-Za-z]:[\\/]/ : /^\//).test(path)) {
    const example = windows ? ' with its drive, such as `C:\\ProgramData\\keys\\patch`' : '';
    throw new ConnectionProblem(`The \`${field}\` of ${address} is no absolute path: give the whole path${example}.`);
  }
  if (SPECIAL_IN_PATH.test(path))
    throw new ConnectionProblem(
      `The \`${field}\` of ${address}, ${JSON.stringify(path.slice(0, 60))}, holds a character that ssh takes for more than it is.`,
    );
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    const [what, type] =
      field === 'keyFile'
        ? (['key', 'SecretMissing'] as const)
        : (['file of known hosts', 'TransportRefused'] as const);
    throw new ConnectionProblem(`The ${what} of ${address}, ${path}, cannot be read (${codeOf(error)}).`, type);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
