import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { lookAt } from '../../activities/powershell/reachable.ts';
import { freePorts } from '../../lab/temporal/ports.ts';
import type { HostConnection } from '../../model/inventory.ts';

const AMPLE_MS = 15_000;
const never = new AbortController().signal;

interface Listening {
  port: number;
  sockets: Socket[];
}

/** A server that greets in its way. */
async function listening(greet: (socket: Socket) => void): Promise<Listening> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined).resume());
    greet(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

const at = (port: number, change: Partial<HostConnection> = {}): HostConnection => ({
  transport: 'ssh',
  address: '127.0.0.1',
  port,
  ...change,
});

const silence = (): void => undefined;

test.each<[string, (socket: Socket) => void]>([
  ['at once', (socket) => socket.write('SSH-2.0-test\r\n')],
  ['after a banner line', (socket) => socket.write('Authorised use only.\r\nSSH-2.0-test\r\n')],
  [
    'in pieces',
    (socket) => {
      socket.setNoDelay().write('hello\nSS');
      setImmediate(() => socket.write('H-2.0-test\r\n'));
    },
  ],
  ['and closes', (socket) => socket.end('SSH-2.0-test\r\n')],
])('an SSH server that greets %s answers', async (_how, greet) => {
  const { port, sockets } = await listening(greet);
  expect(await lookAt(at(port), { limitMs: AMPLE_MS, signal: never })).toBe(null);
  await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test('over WinRM who takes the connection answers', async () => {
  const { port, sockets } = await listening(silence);
  expect(await lookAt(at(port, { transport: 'winrm' }), { limitMs: AMPLE_MS, signal: never })).toBe(null);
  await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

const serving = async (greet: (socket: Socket) => void): Promise<HostConnection> => at((await listening(greet)).port);

const TALKS = `${'x'.repeat(8 * 1024)}\nSSH-2.0-late\r\n`;

test.each<[string, () => Promise<HostConnection>, RegExp, number?]>([
  ['refuses', async () => at((await freePorts(1))[0] ?? 0), /it was refused: nothing listens there/],
  ['stays silent', () => serving(silence), /sent no SSH greeting within 0\.05 s/, 50],
  ['greets as something else', () => serving((socket) => socket.end('no SSH-2.0\r\n')), /sent no SSH greeting\.$/],
  ['talks for more than 8 KB without a greeting', () => serving((socket) => socket.write(TALKS)), /no SSH greeting\.$/],
  ['closes at once', () => serving((socket) => socket.end()), /no SSH greeting\.$/],
  ['has no known name', async () => at(22, { address: 'nohost.invalid' }), /the name cannot be resolved/],
])('a host that %s does not answer', async (_what, host, says, limitMs = AMPLE_MS) => {
  const connection = await host();
  const seen = await lookAt(connection, { limitMs, signal: never });
  expect(seen).toMatch(says);
  expect(seen).toContain(`${connection.address}, port ${connection.port}:`);
});

test('a look that is aborted ends at once, and leaves neither socket nor listener behind', async () => {
  const { port, sockets } = await listening(silence);
  const stop = new AbortController();
  const look = lookAt(at(port), { limitMs: AMPLE_MS, signal: stop.signal });
  await expect.poll(() => sockets.length).toBe(1);
  stop.abort();
  expect(await look).not.toBe(null);
  await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  expect(await lookAt(at(port), { limitMs: AMPLE_MS, signal: stop.signal })).not.toBe(null);
  expect(sockets).toHaveLength(1);
});
