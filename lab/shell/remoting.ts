import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { ShellConsole } from './console.ts';
import { ShellError } from './plant-client.ts';

/** What the dispatcher reads of a request's target. */
export interface Target {
  transport: string;
  address?: string;
  port?: number;
  user?: string;
  keyFile?: string;
  knownHosts?: string;
  configuration?: string;
  connectTimeoutMs?: number;
}

/**
 * Simulated remoting: a session with a target opens when its port answers, its name stands in the known-hosts file and the
 * key file holds a private key. What then runs "on the target" runs here. Sessions are kept by target, as the dispatcher
 * keeps them.
 */
export class Remoting {
  readonly #open = new Set<string>();

  /** Throws what PowerShell throws when no session can be opened; ssh's own reason goes to the console, as there. */
  async reach(target: Target, console: ShellConsole): Promise<void> {
    const key = keyOf(target);
    if (this.#open.has(key)) return;
    const refusal = await refusalOf(target);
    if (refusal !== null) {
      console.error(refusal);
      throw connectError('The background process closed or ended abnormally.', 'PSSessionOpenFailed');
    }
    this.#open.add(key);
  }

  /** Whether a session with the target is open. */
  holds(target: Target): boolean {
    return this.#open.has(keyOf(target));
  }

  /** The target's shell has ended in mid-call: the session is broken, and what ran may have run. */
  lose(target: Target): ShellError {
    this.#open.delete(keyOf(target));
    const message = 'The SSH transport process has abruptly terminated causing this remote session to break.';
    return new ShellError(message, { stage: 'lost', hresult: '0x80131501', id: 'JobFailure' });
  }
}

function keyOf({ transport, address, port, user, configuration, keyFile, knownHosts }: Target): string {
  return [transport, address, port, user, configuration, keyFile, knownHosts].join('|');
}

async function refusalOf(target: Target): Promise<string | null> {
  const { transport, address = '', port = 22, user = '' } = target;
  if (transport !== 'ssh' && transport !== 'winrm') {
    throw connectError(`Unknown transport '${transport}'.`, `Unknown transport '${transport}'.`);
  }
  const trouble = await knock(address, port, target.connectTimeoutMs ?? 15_000);
  if (trouble !== null) return `ssh: connect to host ${address} port ${port}: ${trouble}`;
  if (transport === 'winrm') return null;
  if (!(await textOf(target.knownHosts)).split(/[\s,]+/).includes(nameOf(address, port))) {
    return `No ED25519 host key is known for ${nameOf(address, port)} and you have requested strict checking.\nHost key verification failed.`;
  }
  const hasKey = (await textOf(target.keyFile)).includes('PRIVATE KEY-----');
  return hasKey ? null : `${user}@${address}: Permission denied (publickey).`;
}

/** How known_hosts spells a host. */
function nameOf(address: string, port: number): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

async function knock(address: string, port: number, timeoutMs: number): Promise<string | null> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) });
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ECONNREFUSED') return 'Connection refused';
    return code === 'ENOTFOUND' ? 'Name or service not known' : 'Connection timed out';
  } finally {
    socket.destroy();
  }
}

/** A file that is not there knows no host and holds no key. */
async function textOf(path: string | undefined): Promise<string> {
  return path === undefined ? '' : readFile(path, 'utf8').catch(() => '');
}

function connectError(message: string, id: string): ShellError {
  return new ShellError(message, { stage: 'connect', hresult: '0x80131501', id });
}
