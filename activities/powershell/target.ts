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
const ADDRESS = /^[A-Za-z0-9][A-Za-z0-9.-]*$|^[0-9A-Fa-f]*:[0-9A-Fa-f:.]+$/;
/** Also `svc-patch@corp.example` and `CORP\svc-patch`. */
const NAME = /^\w[\w.@\\$-]*$/;
/** ssh takes a blank for the end of a path and expands `%`, `~` and `${}` in it; PowerShell puts paths between quotes. */
const PATH = /^\/[^\s"'`%~${}\p{Cc}]*$/u;
/** Anybody in between can answer for `\\server\share\key`, and `\key` is on whatever drive is the current one. */
const WINDOWS_PATH = /^[A-Za-z]:[\\/][^\s"'`%~${}\p{Cc}]*$/u;

/**
 * Resolves the references of a connection. The inventory's schema has checked its form; that no field is more than it says, to ssh or
 * to PowerShell, is checked here, whoever sent it.
 * @throws {Refusal} when something is missing or could be read as more than it says; nothing is assumed.
 */
export function resolveTarget(connection: HostConnection, settings: TargetSettings): DispatchTarget {
  const { transport, address, port, configuration, user, keyFile, knownHosts } = connection;
  const { environment, platform, connectTimeoutMs } = settings;
  if (transport === 'local') return { transport };
  const of = (field: string): string => `The \`${field}\` of ${address}`;
  const target = { transport, address: plain(of('address'), address, ADDRESS), port, connectTimeoutMs };
  if (transport === 'winrm') {
    if (platform !== 'win32')
      throw new Refusal(
        'TransportRefused',
        `WinRM to ${address} needs a worker on Windows, and this one runs on ${platform}: PowerShell there does not support it. Use ssh, or a Windows worker for the site.`,
      );
    return { ...target, configuration: plain(of('configuration'), configuration, NAME) };
  }
  const path = (field: string, given: string | undefined, missing: RefusalType): string => {
    const whole = resolved(given, environment).replace(/^file:/, '');
    if (!(platform === 'win32' ? WINDOWS_PATH : PATH).test(whole))
      throw new Refusal(
        'TransportRefused',
        `${of(field)} is no whole path without blanks, quotes and any of % ~ $ { }; on Windows it begins with its drive, such as \`C:\\ProgramData\\keys\\patch\`.`,
      );
    reading(`${of(field)}, ${whole},`, missing, () => accessSync(whole, constants.R_OK));
    return whole;
  };
  return {
    ...target,
    user: plain(of('user'), accountOf(resolved(user, environment)), NAME),
    // The key itself never passes through here: ssh reads it from its file.
    keyFile: path('keyFile', keyFile, 'SecretMissing'),
    knownHosts: path('knownHosts', knownHosts, 'TransportRefused'),
  };
}

type RefusalType = 'SecretMissing' | 'TransportRefused';

function plain(what: string, value: string | undefined, form: RegExp): string {
  if (value !== undefined && form.test(value)) return value;
  throw new Refusal(
    'TransportRefused',
    `${what} is no plain name: letters, digits, dots, hyphens and underscores are.`,
  );
}

/** `env:NAME` is what stands in that variable, anything else is itself. */
function resolved(given = '', environment: TargetSettings['environment']): string {
  const value = given.startsWith('env:') ? environment[given.slice('env:'.length)] : given;
  if (value !== undefined) return value;
  throw new Refusal('SecretMissing', `${given} is not set in the worker's environment.`);
}

/** `file:PATH` is the first line of that file, anything else is itself. */
function accountOf(given: string): string | undefined {
  if (!given.startsWith('file:')) return given;
  return reading(given, 'SecretMissing', () => readFileSync(given.slice('file:'.length), 'utf8')).split(/\r?\n/, 1)[0];
}

function reading<T>(what: string, type: RefusalType, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Refusal(type, `${what} cannot be read (${code}).`);
  }
}
