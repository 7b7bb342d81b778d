import { accessSync, constants, readFileSync } from 'node:fs';
import type { HostConnection } from '../../model/inventory.ts';

/** What the dispatcher reads of a target. */
export type DispatchTarget = Pick<HostConnection, 'transport'> &
  Partial<Omit<HostConnection, 'mode'> & { connectTimeoutMs: number }>;

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
  const { transport, address, port, mode } = connection;
  if (transport === 'local') return { transport };
  const { platform, environment, connectTimeoutMs } = settings;
  const said = JSON.stringify(address.slice(0, 60));
  if (!['ssh', 'winrm'].includes(transport))
    refuse(`The transport of ${said} is none that is known: local, ssh or winrm.`);
  if (!ADDRESS.test(address)) refuse(`${said} is no address to connect to: a name or an IP address is.`);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    refuse(`The port of ${address} is not right: a number from 1 to 65535 is.`);
  // Room for it is kept; what it needs on the target is not built.
  if (mode === 'installed')
    refuse(
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
    refuse(
      `The \`keyFile\` of ${address} must be a reference: \`file:PATH\`, or \`env:NAME\` of a variable that holds the path. What stands there is kept back.`,
    );
  const user = resolved(required(connection, 'user'), environment);
  const knownHosts = resolved(required(connection, 'knownHosts'), environment).replace(/^file:/, '');
  return {
    transport,
    address,
    port,
    user: plainName('user', user.startsWith('file:') ? firstLine(user) : user, ACCOUNT, address),
    keyFile: readable('keyFile', resolved(keyFile, environment).replace(/^file:/, ''), platform, address),
    knownHosts: readable('knownHosts', knownHosts, platform, address),
    connectTimeoutMs,
  };
}

/** Whether a plain address is read as IP address: IPv6, or a last part that is a number. `10.1` and `0x0a000001` are ones too. */
export function isIpAddress(address: string): boolean {
  return address.includes(':') || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(address);
}

function refuse(message: string): never {
  throw new ConnectionProblem(message);
}

function refuseWinRm(address: string, platform: NodeJS.Platform): void {
  if (isIpAddress(address))
    refuse(
      `WinRM to ${address} needs a name: Kerberos has no ticket for an IP address. Give the host's full name as \`address\`, or leave it out.`,
    );
  if (platform !== 'win32')
    refuse(
      `WinRM to ${address} needs a worker on Windows, and this one runs on ${platform}: PowerShell there does not support it. Use ssh, or a Windows worker for the site.`,
    );
}

/** A field that this transport cannot do without. */
function required(connection: HostConnection, field: 'user' | 'keyFile' | 'knownHosts' | 'configuration'): string {
  const { address, transport } = connection;
  return (
    connection[field] ||
    refuse(`The connection to ${address} over ${transport} lacks \`${field}\`: add it to the inventory.`)
  );
}

function plainName(field: string, value: string, pattern: RegExp, address: string): string {
  if (pattern.test(value)) return value;
  return refuse(`The \`${field}\` of ${address} is no plain name: letters, digits, dots, hyphens and underscores are.`);
}

/** `env:NAME` is what stands in that variable, anything else is itself. */
function resolved(given: string, environment: TargetSettings['environment']): string {
  if (!given.startsWith('env:')) return given;
  const value = environment[given.slice('env:'.length)];
  if (typeof value === 'string' && value !== '') return value;
  throw new ConnectionProblem(`${given} is not set in the worker's environment.`, 'SecretMissing');
}

function firstLine(file: string): string {
  try {
    return readFileSync(file.slice('file:'.length), 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new ConnectionProblem(`${file} cannot be read (${codeOf(error)}).`, 'SecretMissing');
  }
}

/** The path as ssh may be given it, of a file that can be read. */
function readable(field: 'keyFile' | 'knownHosts', path: string, platform: NodeJS.Platform, address: string): string {
  const windows = platform === 'win32';
  // On Windows also `\\server\share\key` counts as absolute, which anybody in between can answer, and `\key` of whatever drive is the current one.
  if (!(windows ? /^[A-Za-z]:[\\/]/ : /^\//).test(path)) {
    const example = windows ? ' with its drive, such as `C:\\ProgramData\\keys\\patch`' : '';
    refuse(`The \`${field}\` of ${address} is no absolute path: give the whole path${example}.`);
  }
  const said = JSON.stringify(path.slice(0, 60));
  if (SPECIAL_IN_PATH.test(path))
    refuse(`The \`${field}\` of ${address}, ${said}, holds a character that ssh takes for more than it is.`);
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    const what = field === 'keyFile' ? 'key' : 'file of known hosts';
    const message = `The ${what} of ${address}, ${path}, cannot be read (${codeOf(error)}).`;
    throw new ConnectionProblem(message, field === 'keyFile' ? 'SecretMissing' : 'TransportRefused');
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
