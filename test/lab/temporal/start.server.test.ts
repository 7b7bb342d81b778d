import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { accepts } from '../../../lab/temporal/ports.ts';
import { startTemporal } from '../../../lab/temporal/start.ts';
import type { StartTemporalOptions } from '../../../lab/temporal/start.ts';
import { SEARCH_ATTRIBUTES } from '../../../model/search-attributes.ts';
import { createLog } from '../../../workers/log.ts';

const log = createLog({ level: 'error', readable: true });
const start = (options: Partial<StartTemporalOptions> = {}): ReturnType<typeof startTemporal> =>
  startTemporal({ cli: inject('temporalCli'), log, ...options });

const portOf = (address: string): number => Number(address.split(':')[1]);

/** A killed process needs a moment to be gone: asks until nobody listens any more, and gives up loudly. */
async function untilSilent(address: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (await accepts('127.0.0.1', portOf(address))) {
    if (Date.now() > deadline) throw new Error(`Somebody still listens at ${address}.`);
    await wait(20);
  }
}

test.concurrent('two servers run side by side on ports of their own, with our search attributes, and end when closed', async () => {
  const servers = await Promise.all([start(), start()]);
  expect(new Set(servers.flatMap(({ address, uiUrl }) => [address, uiUrl])).size).toBe(4);
  for (const { client, namespace, uiUrl } of servers) {
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTES)));
    expect((await fetch(uiUrl ?? '')).status).toBe(200);
  }
  await Promise.all(servers.map((server) => server.close()));
  for (const { address, closed } of servers) {
    await expect(closed).resolves.toBeUndefined();
    expect(await accepts('127.0.0.1', portOf(address))).toBe(false);
  }
});

test.concurrent('a server with a file still knows its runs after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-db-'));
  try {
    const dbFile = join(folder, 'temporal.db');
    const first = await start({ dbFile, ui: false });
    expect(first.uiUrl).toBeNull();
    await first.client.workflow.start('nobody', { taskQueue: 'nobody', workflowId: 'kept' });
    await first.close();
    const second = await start({ dbFile, ui: false });
    expect((await second.client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
    await second.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.concurrent('a program that is no server is told with its last words', async () => {
  await expect(start({ cli: process.execPath })).rejects.toThrow(/did not start.*Cannot find module/s);
});

test.concurrent.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'the server ends when its starter is ended by %s',
  async (signal) => {
    const holder = fileURLToPath(new URL('./fixture/hold-server.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', holder, inject('temporalCli')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const address = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    expect(await accepts('127.0.0.1', portOf(String(address.value)))).toBe(true);
    child.kill(signal);
    await exited;
    await untilSilent(String(address.value));
  },
);
