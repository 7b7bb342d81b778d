import { readFileSync } from 'node:fs';
import type { HostConnection } from '../../model/inventory.ts';

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

/** The connection cannot be used as the inventory describes it; the message says what would be right. */
export class ConnectionProblem extends Error {
  override name = 'ConnectionProblem';
}

export interface TargetSettings {
  environment: Readonly<Record<string, string | undefined>>;
  connectTimeoutMs: number;
  /** `process.platform`, given so that a test can be any. */
  platform: NodeJS.Platform;
}

/** Resolves the references of a connection. Throws `ConnectionProblem` when something is missing; nothing is assumed. */
export function resolveTarget(connection: HostConnection, settings: TargetSettings): DispatchTarget {
  const { transport, address, port } = connection;
  if (transport === 'local') return { transport };
  const base = { transport, address, port, connectTimeoutMs: settings.connectTimeoutMs };
  if (transport === 'winrm') {
    if (settings.platform !== 'win32') {
      throw new ConnectionProblem(
        `WinRM to ${address} needs a worker on Windows: PowerShell elsewhere does not support it. Use ssh, or a Windows worker for the site.`,
      );
    }
    return { ...base, configuration: required(connection, 'configuration') };
  }
  const { environment } = settings;
  return {
    ...base,
    user: textOf(required(connection, 'user'), environment),
    keyFile: keyPath(required(connection, 'keyFile'), address, environment),
    knownHosts: pathOf(required(connection, 'knownHosts'), environment),
  };
}

function required(connection: HostConnection, field: 'user' | 'keyFile' | 'knownHosts' | 'configuration'): string {
  const value = connection[field];
  if (value !== undefined && value !== '') return value;
  throw new ConnectionProblem(
    `The connection to ${connection.address} over ${connection.transport} lacks \`${field}\`: add it to the inventory.`,
  );
}

/** The key itself never passes through here: ssh reads it from its file. */
function keyPath(reference: string, address: string, environment: TargetSettings['environment']): string {
  if (/^(file|env):./.test(reference)) return pathOf(reference, environment);
  throw new ConnectionProblem(
    `The key file of ${address} must be a reference: \`file:PATH\`, or \`env:NAME\` of a variable that holds the path.`,
  );
}

/** `file:PATH` and a bare path are the path, `env:NAME` is the path in that variable. */
function pathOf(reference: string, environment: TargetSettings['environment']): string {
  if (reference.startsWith('file:')) return reference.slice('file:'.length);
  return reference.startsWith('env:') ? variable(reference, environment) : reference;
}

/** `file:PATH` is the file's first line, `env:NAME` the variable's value, anything else is itself. */
function textOf(reference: string, environment: TargetSettings['environment']): string {
  if (reference.startsWith('env:')) return variable(reference, environment);
  if (!reference.startsWith('file:')) return reference;
  const path = reference.slice('file:'.length);
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConnectionProblem(`${reference} cannot be read (${code}): create the file, or correct the inventory.`);
  }
}

function variable(reference: string, environment: TargetSettings['environment']): string {
  const value = environment[reference.slice('env:'.length)];
  if (value) return value;
  throw new ConnectionProblem(`${reference} is not set in the worker's environment: set it, or correct the inventory.`);
}
