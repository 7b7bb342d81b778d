import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { expect, test } from 'vitest';
import { accepts, freePorts } from '../../../lab/temporal/ports.ts';

/** Of the 28,000 or so that a system gives away, enough that one of ours would be among them. */
const ASKED_FOR = 4_000;
const KEPT = 40;

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test.skipIf(process.platform === 'win32')(
  'a port that was found free is given to nobody who asks for any port, and to whoever asks for it',
  { timeout: 60_000 },
  async () => {
    const ports = await freePorts(KEPT);
    expect(new Set(ports).size).toBe(KEPT);
    const servers = await Promise.all(Array.from({ length: ASKED_FOR }, () => listen(0)));
    const given = servers.map((server) => (server.address() as AddressInfo).port);
    try {
      expect(given.filter((port) => ports.includes(port))).toEqual([]);
      servers.push(await listen(ports[0] ?? 0));
      expect(await accepts('127.0.0.1', ports[0] ?? 0)).toBe(true);
    } finally {
      await Promise.all(servers.map((server) => once(server.close(), 'close')));
    }
  },
);
