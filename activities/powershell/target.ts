import { accessSync, constants, readFileSync } from 'node:fs';
import type { HostConnection } from '../../model/inventory.ts';
import { Refusal } from '../step/refusal.ts';

/** What the dispatcher reads of a target. */
export type DispatchTarget = Pick<HostConnection, 'transport'> &
  Partial<Omit<HostConnection, 'mode'> & { connectTimeoutMs: number }>;

export interface TargetSettings {
  environment: Readonly<Record<string, string | undefined>>;
  connectTimeoutMs: number;
  /** `process.platform`, given so that a test can be any. */
  platform: NodeJS.Platform;
}

/** PowerShell hands addresses and accounts to ssh as arguments, where one that begins with a hyphen would be an option. */
const ADDRESS = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$|^(?=.*:.*:)[0-9A-Fa-f:.]{2,45}$/;
/** Also `svc-patch@corp.example` and `CORP\svc-patch`. */
const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.@\\$-]{0,255}$/;
const CONFIGURATION = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** ssh takes a blank for the end of a path and expands `%`, `~` and `${}` in it; PowerShell puts paths between quotes. */
const SPECIAL_IN_PATH = /[\s"'`%~${}\p{Cc}]/u;

/**
 * Resolves the references of a connection, whose form the inventory's schema has checked.
 * @throws {Refusal} when something is missing or could be read as more than it says; nothing is assumed.
 */
export function resolveTarget(connection: HostConnection, settings: TargetSettings): DispatchTarget {
  const { transport, address, port } = connection;
  if (transport === 'local') return { transport };
  const { platform, environment, connectTimeoutMs } = settings;
  if (!ADDRESS.test(address))
    refuse(`${JSON.stringify(address.slice(0, 60))} is no address to connect to: a name or an IP address is.`);
  const { configuration = '', keyFile = '', user = '', knownHosts = '' } = connection;
  if (transport === 'winrm') {
    if (platform !== 'win32')
      refuse(
        `WinRM to ${address} needs a worker on Windows, and this one runs on ${platform}: PowerShell there does not support it. Use ssh, or a Windows worker for the site.`,
      );
    plainName('configuration', configuration, CONFIGURATION, address);
    return { transport, address, port, configuration, connectTimeoutMs };
  }
  const account = resolved(user, environment);
  return {
    transport,
    address,
    port,
    user: plainName('user', account.startsWith('file:') ? firstLine(account) : account, ACCOUNT, address),
    // The key itself never passes through here: ssh reads it from its file.
    keyFile: readable('keyFile', resolved(keyFile, environment), platform, address),
    knownHosts: readable('knownHosts', resolved(knownHosts, environment), platform, address),
    connectTimeoutMs,
  };
}

function refuse(message: string, type: 'TransportRefused' | 'SecretMissing' = 'TransportRefused'): never {
  throw new Refusal(type, message);
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
  return refuse(`${given} is not set in the worker's environment.`, 'SecretMissing');
}

function firstLine(file: string): string {
  try {
    return readFileSync(file.slice('file:'.length), 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    return refuse(`${file} cannot be read (${codeOf(error)}).`, 'SecretMissing');
  }
}

/** The path as ssh may be given it, of a file that can be read. */
function readable(field: 'keyFile' | 'knownHosts', given: string, platform: NodeJS.Platform, address: string): string {
  const path = given.replace(/^file:/, '');
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
    return refuse(message, field === 'keyFile' ? 'SecretMissing' : 'TransportRefused');
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
