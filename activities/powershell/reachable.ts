import { once } from 'node:events';
import { Socket } from 'node:net';
import type { HostConnection } from '../../model/inventory.ts';

/** Characters in which an SSH server must have greeted: it may send other lines first (RFC 4253, 4.2). */
const GREETING_LIMIT = 8 * 1024;
/** Parts of the time that each of several addresses of one name gets; Node's own 250 ms is too short for a far site. */
const ADDRESSES_TRIED = 3;

/** What error codes mean to an operator; others stand for themselves. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it was refused: nothing listens there, or a firewall turns it away',
  ENOTFOUND: 'the name cannot be resolved (ENOTFOUND)',
  EAI_AGAIN: 'the name cannot be resolved (EAI_AGAIN)',
  EHOSTUNREACH: 'the network finds no way to it (EHOSTUNREACH)',
  ABORT_ERR: 'no answer',
};

/**
 * Looks whether somebody answers at the address and port, and over ssh whether it is an SSH server: a host that is just
 * starting takes connections before anybody serves them. Never rejects, and leaves no socket behind.
 * @param limits `limitMs` in milliseconds. It gives up at once when the signal is aborted.
 * @returns null when somebody answers; otherwise what is wrong, for the operator.
 */
export async function lookAt(
  { transport, address: host, port }: HostConnection,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<string | null> {
  const late = AbortSignal.timeout(limitMs);
  const socket = new Socket({ signal: AbortSignal.any([signal, late]) });
  // It may break while nobody waits for it.
  socket.on('error', () => undefined);
  let what = '';
  try {
    signal.throwIfAborted();
    const autoSelectFamilyAttemptTimeout = Math.ceil(limitMs / ADDRESSES_TRIED);
    await once(socket.connect({ host, port, autoSelectFamilyAttemptTimeout }), 'connect');
    if (transport !== 'ssh') return null;
    what = 'it takes the connection, but sent no SSH greeting';
    let greeting = '';
    for await (const piece of socket.setEncoding('latin1') as AsyncIterable<string>) {
      greeting = (greeting + piece).slice(0, GREETING_LIMIT);
      if (/(^|\n)SSH-/.test(greeting)) return null;
      if (greeting.length === GREETING_LIMIT) break;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    what ||= CODES[code] ?? code;
  } finally {
    socket.destroy();
  }
  const within = late.aborted ? ` within ${limitMs / 1000} s` : '';
  return `No connection to ${host}, port ${port}: ${what}${within}.`;
}
