import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/**
 * Ports of 127.0.0.1 that are free, and that the system gives to nobody else for a while: each has just closed a
 * connection, whose wait for late packets (TIME_WAIT) keeps it from automatic use, and not from being asked for by number.
 * The server's own ports are chosen in the same way (`freeport.go` of the Temporal CLI).
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = await Promise.all(servers.map(reserve));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** The side that closes first is the one that waits, so the server does. */
async function reserve(server: Server): Promise<number> {
  const { port } = server.address() as AddressInfo;
  server.once('connection', (accepted) => accepted.end());
  const client = connect({ host: '127.0.0.1', port }).resume();
  await once(client, 'close');
  return port;
}

/** Whether somebody accepts connections there. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
