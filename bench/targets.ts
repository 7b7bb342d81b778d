import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { HostConnection } from '../model/inventory.ts';
import { startSshServer } from '../test/powershell/ssh-server.ts';

/** sshd listens on 16 addresses at most. */
const SERVED_BY_ONE = 15;

export interface BenchTargets {
  connections: HostConnection[];
  close(): Promise<void>;
}

/** Targets behind a real sshd, each with an address of its own, so that each has a session of its own. */
export async function startTargets(pwsh: string, count: number): Promise<BenchTargets> {
  const servers: Awaited<ReturnType<typeof startSshServer>>[] = [];
  const connections: HostConnection[] = [];
  for (let first = 0; first < count; first += SERVED_BY_ONE) {
    const served = Math.min(SERVED_BY_ONE, count - first);
    const addresses = Array.from({ length: served }, (_, index) => `127.0.1.${first + index + 1}`);
    const server = await startSshServer(pwsh, { addresses });
    servers.push(server);
    connections.push(...addresses.map((address) => ({ ...server.connection, address })));
  }
  const close = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.close())));
  return { connections, close };
}

/** Hosts that take a connection and never say a word, as one does that reboots: as many as wanted behind one port. */
export async function startSilence(like: HostConnection): Promise<{ connection: HostConnection; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { connection: { ...like, address: '127.0.0.1', port }, close };
}
