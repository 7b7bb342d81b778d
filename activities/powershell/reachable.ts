import { Socket } from 'node:net';
import type { HostConnection } from '../../model/inventory.ts';

/** Whether a host answers. `no` comes with a message for the operator. */
export type Reachable = { answers: 'yes' | 'aborted' } | { answers: 'no'; message: string };

export interface LookLimits {
  limitMs: number;
  signal: AbortSignal;
}

/** Bytes in which an SSH server must have greeted: it may send other lines first (RFC 4253, 4.2). */
const GREETING_LIMIT = 8 * 1024;
/** Parts of the time that each of several addresses of one name gets; Node's own 250 ms is too short for a far site. */
const ADDRESSES_TRIED = 3;

/**
 * Looks whether somebody answers at the address and port, and over ssh whether it is an SSH server: a host that is just
 * starting takes connections before anybody serves them. Never rejects, and leaves no socket behind.
 */
export function lookAt(host: HostConnection, { limitMs, signal }: LookLimits): Promise<Reachable> {
  const { transport, address, port } = host;
  return new Promise((resolve) => {
    const socket = new Socket();
    const greeting = new Greeting();
    let connected = false;
    const settle = (reachable: Reachable): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(reachable);
    };
    const fail = (what: string): void => {
      settle({ answers: 'no', message: `No connection to ${address}, port ${port}: ${what}.` });
    };
    const onAbort = (): void => {
      settle({ answers: 'aborted' });
    };
    const onLate = (): void => {
      const within = `within ${limitMs / 1000} s`;
      if (greeting.begun) fail(`it answers, but is no SSH server: no SSH greeting came ${within}`);
      else fail(connected ? `it takes the connection, but sent no SSH greeting ${within}` : `no answer ${within}`);
    };
    const timer = setTimeout(onLate, limitMs);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('connect', () => {
      connected = true;
      if (transport !== 'ssh') settle({ answers: 'yes' });
    });
    socket.on('data', (chunk) => {
      const heard = greeting.hear(chunk);
      if (heard === 'ssh') settle({ answers: 'yes' });
      else if (heard === 'other') fail('it answers, but is no SSH server');
    });
    socket.on('end', () => {
      fail(greeting.begun ? 'it answers, but is no SSH server' : 'it closed the connection without an SSH greeting');
    });
    socket.on('error', (error) => {
      fail(connected ? `it broke the connection off before an SSH greeting came (${codeOf(error)})` : reasonOf(error));
    });
    socket.connect({ host: address, port, autoSelectFamilyAttemptTimeout: Math.ceil(limitMs / ADDRESSES_TRIED) });
  });
}

/** What a server says before anybody speaks to it. Bytes may come in any pieces. */
class Greeting {
  #text = '';

  get begun(): boolean {
    return this.#text !== '';
  }

  /** Null as long as more has to be heard. */
  hear(chunk: Buffer): 'ssh' | 'other' | null {
    this.#text = (this.#text + chunk.toString('latin1')).slice(0, GREETING_LIMIT);
    if (/(^|\n)SSH-/.test(this.#text)) return 'ssh';
    return this.#text.length < GREETING_LIMIT ? null : 'other';
  }
}

function reasonOf(error: Error): string {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'it was refused: nothing listens there, or a firewall turns it away';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name cannot be resolved (${code})`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `the network finds no way to it (${code})`;
    case 'ETIMEDOUT':
      return 'no answer: the system gave up waiting';
    default:
      return code;
  }
}

/** The first code, where a name has several addresses. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}
