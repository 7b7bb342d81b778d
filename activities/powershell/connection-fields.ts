import type { HostConnection } from '../../model/inventory.ts';

/** The connection cannot be used as the inventory describes it; the message says what would be right. */
export class ConnectionProblem extends Error {
  override name = 'ConnectionProblem';
  readonly type: 'SecretMissing' | 'TransportRefused';

  constructor(type: ConnectionProblem['type'], message: string) {
    super(message);
    this.type = type;
  }
}

const NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
const IPV6 = /^(?=.*:.*:)[0-9A-Fa-f:.]{2,45}$/;
/** Also `svc-patch@corp.example` and `CORP\svc-patch`. */
const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.@\\$-]{0,255}$/;
const CONFIGURATION = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** ssh takes a blank for the end of a path and expands `%`, `~` and `${}` in it; PowerShell puts paths between quotes. */
const SPECIAL_IN_PATH = /[\s"'`%~${}\p{Cc}]/u;

/** A drive, and a path from its root. */
const WINDOWS_PATH = /^[A-Za-z]:[\\/]/;

/**
 * The name or address to connect to. PowerShell hands it to ssh as an argument, where one that begins with a hyphen would
 * be an option, such as `-oProxyCommand=...`.
 */
export function plainAddress({ address }: HostConnection): string {
  if (NAME.test(address) || IPV6.test(address)) return address;
  throw refused(`${shown(address)} is no address to connect to: a name or an IP address is.`);
}

/**
 * The name of a host to which WinRM signs in by Kerberos: a ticket is issued to a name, and an IP address has none.
 * `10.1` and `0x0a000001` are addresses too, as the system reads them.
 */
export function kerberosName(connection: HostConnection): string {
  const address = plainAddress(connection);
  if (!isIpAddress(address)) return address;
  throw refused(
    `WinRM to ${address} needs a name: Kerberos has no ticket for an IP address. Give the host's full name as \`address\`, or leave it out.`,
  );
}

/** Whether a plain address is read as IP address: IPv6, or a last part that is a number. */
export function isIpAddress(address: string): boolean {
  return address.includes(':') || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(address);
}

export function plainPort({ address, port }: HostConnection): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw refused(`The port of ${address} is not right: a number from 1 to 65535 is.`);
}

/** An account or a session configuration: nothing that could be read as an option or as two arguments. */
export function plainName(field: 'user' | 'configuration', value: string, address: string): string {
  if ((field === 'user' ? ACCOUNT : CONFIGURATION).test(value)) return value;
  throw refused(`The \`${field}\` of ${address} is no plain name: letters, digits, dots, hyphens and underscores are.`);
}

export function plainPath(field: string, path: string, platform: NodeJS.Platform, address: string): string {
  // On Windows also `\\server\share\key` counts as absolute, which anybody in between can answer, and `\key` of whatever drive is the current one.
  const whole = platform === 'win32' ? WINDOWS_PATH.test(path) : path.startsWith('/');
  if (!whole) {
    const example = platform === 'win32' ? ' with its drive, such as `C:\\ProgramData\\keys\\patch`' : '';
    throw refused(`The \`${field}\` of ${address} is no absolute path: give the whole path${example}.`);
  }
  if (!SPECIAL_IN_PATH.test(path)) return path;
  throw refused(
    `The \`${field}\` of ${address}, ${shown(path)}, holds a character that ssh takes for more than it is.`,
  );
}

/** A field that this transport cannot do without. */
export function required(
  connection: HostConnection,
  field: 'user' | 'keyFile' | 'knownHosts' | 'configuration',
): string {
  const value = connection[field];
  if (value !== undefined && value !== '') return value;
  throw refused(
    `The connection to ${connection.address} over ${connection.transport} lacks \`${field}\`: add it to the inventory.`,
  );
}

function refused(message: string): ConnectionProblem {
  return new ConnectionProblem('TransportRefused', message);
}

/** Hostile text as it may stand in a message: escaped, and short. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
