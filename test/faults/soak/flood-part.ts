import { randomUUID } from 'node:crypto';
import { windowInput } from '../../patch-window/runs/input.ts';
import type { Arena } from '../arena.ts';
import { readRun } from '../evidence.ts';
import { plantWorld } from '../plant-world.ts';
import { judge } from '../reader.ts';
import type { Part } from './part.ts';

/** With the last one, the most that the server takes for one run. */
const SIGNALS = 9_999;
const AT_ONCE = 100;
const HOSTS = 30;

/** A run gets the most signals that the server takes, half of them while no control worker runs. All of its hosts are patched. */
export async function floodPart(arena: Arena): Promise<Part> {
  const hosts = Array.from({ length: HOSTS }, () => arena.take());
  const runId = `flood/${randomUUID()}`;
  const input = windowInput(hosts.map(({ name }) => name));
  const run = await arena.start('patchWindow', input, runId);
  await arena.plant.until((effects) => effects.length > 0, 60_000);
  const fields = { reason: 'Batch 4711 is still running', by: 'Kim Example' };
  const messages: [string, unknown][] = [
    ['pause', fields],
    ['resume', fields],
    ['retryTarget', { ...fields, target: hosts[0]?.name }],
    ['nobodyKnowsThis', fields],
    ['pause', 'no object'],
  ];
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - sent) }, (_, i) => {
          const [name, payload] = messages[i % messages.length] ?? ['pause', fields];
          return run.signal(name, payload);
        }),
      );
  };
  await send(Math.floor(SIGNALS / 2));
  await arena.seat.move('control', 'away');
  await send(Math.ceil(SIGNALS / 2));
  await arena.seat.move('control', 'back');
  // Of signals that are sent at once nobody knows which is the last.
  await run.signal('resume', fields);
  await run.result();
  const evidence = await readRun(arena.lab.client, runId);
  const findings = judge([evidence], await plantWorld(arena.plant, hosts));
  if (evidence.result?.ledger.succeeded !== HOSTS) findings.push(`${runId}: not every host succeeded`);
  return { name: 'flood of 10,000 signals', cases: 1, findings };
}
