import { Socket } from 'node:net';
import type { HostConnection } from '../../model/inventory.ts';

/** Whether a host answers. `no` comes with a message for the operator. */
export type Reachable = { answers: 'yes' | 'aborted' } | { answers: 'no'; message: string };

/** Bytes in which an SSH server must have greeted: it may send other lines first (RFC 4253, 4.2). */
const GREETING_LIMIT = 8 * 1024;
/** Parts of the time that each of several addresses of one name gets; Node's own 250 ms is too short for a far site. */
const ADDRESSES_TRIED = 3;

const NO_GREETING = 'it answers, but is no SSH server';
/** What error codes mean to an operator; others stand for themselves. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it was refused: nothing listens there, or a firewall turns it away',
  ENOTFOUND: 'the name cannot be resolved (ENOTFOUND)',
  EAI_AGAIN: 'the name cannot be resolved (EAI_AGAIN)',
  EHOSTUNREACH: 'the network finds no way to it (EHOSTUNREACH)',
  ENETUNREACH: 'the network finds no way to it (ENETUNREACH)',
  ETIMEDOUT: 'no answer: the system gave up waiting',
};

/**
 * Looks whether somebody answers at the address and port, and over ssh whether it is an SSH server: a host that is just
 * starting takes connections before anybody serves them. Never rejects, and leaves no socket behind.
 * @param limits `limitMs` in milliseconds.
 */
export function lookAt(
  { transport, address, port }: HostConnection,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<Reachable> {
  return new Promise((resolve) => {
    const socket = new Socket();
    /** Null before somebody has taken the connection. */
    let greeting: string | null = null;
    const settle = (reachable: Reachable): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(reachable);
    };
    const fail = (what: string): void =>
      settle({ answers: 'no', message: `No connection to ${address}, port ${port}: ${what}.` });
    const onAbort = (): void => settle({ answers: 'aborted' });
    const timer = setTimeout(() => {
      const within = `within ${limitMs / 1000} s`;
      if (greeting === null) fail(`no answer ${within}`);
      else if (greeting === '') fail(`it takes the connection, but sent no SSH greeting ${within}`);
      else fail(`${NO_GREETING}: no SSH greeting came ${within}`);
    }, limitMs);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', () => {
      greeting = '';
      if (transport !== 'ssh') settle({ answers: 'yes' });
    });
    socket.on('data', (bytes) => {
      greeting = (greeting + bytes.toString('latin1')).slice(0, GREETING_LIMIT);
      if (/(^|\n)SSH-/.test(greeting)) settle({ answers: 'yes' });
      else if (greeting.length === GREETING_LIMIT) fail(NO_GREETING);
    });
    socket.on('end', () => fail(greeting ? NO_GREETING : 'it closed the connection without an SSH greeting'));
    socket.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      fail(
        greeting === null ? (CODES[code] ?? code) : `it broke the connection off before an SSH greeting came (${code})`,
      );
    });
    socket.connect({ host: address, port, autoSelectFamilyAttemptTimeout: Math.ceil(limitMs / ADDRESSES_TRIED) });
  });
}
