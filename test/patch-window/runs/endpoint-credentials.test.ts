import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InventoryEndpoint } from '../../../model/inventory.ts';
import { readEnvironment } from '../../../workers/config.ts';
import { createLog } from '../../../workers/log.ts';
import { createCanary, tracesIn, tracesInValue } from '../../powershell/fixture/traces.ts';
import { windowInput } from './input.ts';
import { effectsOf, namesOf } from './journal.ts';
import { openRunStage, type RunStage } from './lab-stage.ts';

const canary = createCanary(`Kanarie${randomBytes(9).toString('hex')}`, `'"\\&<> %$æ漢`);
const lines: string[] = [];
let folder: string;
let stage: RunStage;

/** Passwords of the monitoring systems are in a file, those of the hypervisors in a variable of the worker. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-credential-'));
  await writeFile(join(folder, 'monitoring'), `${canary.value}\n`);
  const environment = readEnvironment({ ...process.env, VCENTER_PASSWORD: canary.value });
  const log = createLog({ level: 'trace', readable: false, stream: { write: (line) => void lines.push(line) } });
  stage = await openRunStage({}, { environment, log });
  for (const endpoint of stage.lab.organisation.inventory.endpoints) endpoint.credential = credentialOf(endpoint);
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

function credentialOf({ kind }: InventoryEndpoint): InventoryEndpoint['credential'] {
  const password = kind === 'monitoring' ? `file:${join(folder, 'monitoring')}` : 'env:VCENTER_PASSWORD';
  return { user: 'svc-fettle@corp.example', password };
}

test('serve a whole turn, and their passwords stand nowhere: neither in histories nor in the log', async () => {
  const host = stage.take('application');
  const run = await stage.start(windowInput([host]));
  expect((await run.result()).outcome).toBe('succeeded');
  expect(namesOf(effectsOf(stage.plant, host))).toEqual(expect.arrayContaining(['maintenance-on', 'snapshot-taken']));

  for (const handle of [run.handle, run.turnOf(host)]) {
    const history = await handle.fetchHistory();
    expect(history.events?.length).toBeGreaterThan(10);
    expect(tracesInValue(canary, history)).toEqual([]);
    expect(tracesInValue(canary, await handle.describe())).toEqual([]);
  }
  expect(lines.length).toBeGreaterThan(10);
  // What Temporal's own runtime says is among them.
  expect(lines.some((line) => line.includes('"temporal":'))).toBe(true);
  expect(lines.filter((line) => tracesIn(canary, line).length > 0)).toEqual([]);
});

test('that are not to be had end the turn before anything is changed, and name the reference', async () => {
  const host = stage.take('application');
  const { endpoints, hosts } = stage.lab.organisation.inventory;
  const monitoring = endpoints.find(
    ({ name }) => name === hosts.find((one) => one.name === host)?.monitoring?.endpoint,
  );
  if (monitoring?.credential === undefined) throw new Error('The host of this test has no monitoring.');
  monitoring.credential.password = 'env:NOT_SET_ANYWHERE';
  const run = await stage.start(windowInput([host]));
  await run.result();
  const entry = await run.entry(host);
  expect(entry).toMatchObject({ state: 'failed', outcome: { failure: 'SecretMissing', changed: false } });
  expect(entry?.reason).toContain('env:NOT_SET_ANYWHERE');
  expect(effectsOf(stage.plant, host)).toEqual([]);
});
