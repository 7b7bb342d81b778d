import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostConnection } from '../../model/inventory.ts';

/** A port that takes connections and greets as an SSH server does, and no more. */
export interface Greeter {
  connection: HostConnection;
  /** Connections so far: one that looks whether the host answers, and one for the session. */
  opened: () => number;
  /** Connections that have not ended. */
  open: () => number;
  /** Takes connections from here on, and says nothing. */
  fallSilent: () => void;
  close: () => Promise<void>;
}

export async function startGreeter(greeting = 'SSH-2.0-test\r\n'): Promise<Greeter> {
  const sockets: Socket[] = [];
  let said = greeting;
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined).resume());
    socket.write(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'fettle-greeter-'));
  const [keyFile, knownHosts] = [join(folder, 'key'), join(folder, 'known_hosts')];
  // Not a key: nobody gets so far as to use it.
  await writeFile(keyFile, '-----BEGIN OPENSSH PRIVATE KEY-----\n', { mode: 0o600 });
  await writeFile(knownHosts, `[127.0.0.1]:${port} ssh-ed25519 AAAA\n`);
  return {
    connection: {
      transport: 'ssh',
      address: '127.0.0.1',
      port,
      user: 'patcher',
      keyFile: `file:${keyFile}`,
      knownHosts,
    },
    opened: () => sockets.length,
    open: () => sockets.filter(({ destroyed }) => !destroyed).length,
    fallSilent: () => {
      said = '';
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true });
    },
  };
}
