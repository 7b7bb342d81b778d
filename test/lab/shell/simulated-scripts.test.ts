import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Shell } from '../../../activities/powershell/shell.ts';
import { SCRIPTS } from '../../../runbooks/patch-window/scripts/index.ts';
import { LOCAL, testShell } from '../../powershell/shells.ts';

const HOST = 'app01.corp.example';
const BOOT = '2026-11-20T01:00:00.000Z';

interface Asked {
  path: string;
  body: unknown;
}

/** A plant of prepared answers: what the scripts ask for is looked at here, what a plant does is tested with the plant. */
let server: Server;
let shell: Shell;
let asked: Asked[] = [];
let answers: Record<string, { status?: number; body: unknown }> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      // Whether the shell shall misbehave.
      if (!path.startsWith('/hosts/')) return void response.end('{"behaviour":null}');
      asked.push({ path, body: JSON.parse(text) });
      const { status = 200, body } = answers[path.split('/').at(-1) ?? ''] ?? { status: 422, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  shell = testShell({ environment: { ...process.env, FETTLE_PLANT_URL: `http://127.0.0.1:${port}` } });
});
afterAll(async () => {
  await shell.close();
  server.close();
});
beforeEach(() => {
  asked = [];
  answers = {};
});

test('an excerpt of the event log is what the host says, as its contract allows', async () => {
  const event = { at: BOOT, log: 'System', level: 'error', source: 'disk', id: 7, message: 'A bad block.' };
  answers = { 'Get-FettleEventExcerpt': { body: { events: [event] } } };
  const parameters = { HostName: HOST, Since: BOOT, Maximum: 5 };
  const outcome = await shell.call(SCRIPTS.getEventExcerpt, LOCAL, parameters);
  expect(outcome).toMatchObject({ kind: 'result', result: { events: [event] } });
  expect(asked).toEqual([{ path: `/hosts/${HOST}/Get-FettleEventExcerpt`, body: { since: BOOT, maximum: 5 } }]);
});

test('a script is composed of the verbs of its host', async () => {
  answers = {
    'Get-FettleHypervisorGuest': { body: { guests: [] } },
    'Get-FettleClusterState': { body: { cluster: null } },
    'Get-FettleAvailabilityGroup': { body: { groups: [] } },
    'Get-FettleDomainControllerHealth': { body: { controller: null } },
  };
  const outcome = await shell.call(SCRIPTS.getHostRole, LOCAL, { HostName: HOST });
  expect(outcome).toMatchObject({
    kind: 'result',
    result: { cluster: null, availabilityGroups: [], domainController: null, guests: [] },
  });
  expect(asked.map(({ path }) => path)).toEqual(
    Object.keys(answers)
      .toSorted(orderOfCalls)
      .map((verb) => `/hosts/${HOST}/${verb}`),
  );
});

function orderOfCalls(a: string, b: string): number {
  const order = ['Cluster', 'Availability', 'DomainController', 'Hypervisor'];
  const rank = (verb: string): number => order.findIndex((part) => verb.includes(part));
  return rank(a) - rank(b);
}

describe('a reboot', () => {
  const parameters = { HostName: HOST, Key: 'run/app01/1/reboot/1', BootTimeBefore: BOOT, Reason: 'CHG0042' };

  test('is asked for when the boot time is the recorded one, in whatever spelling', async () => {
    answers = {
      'Get-FettleBootTime': { body: { bootTime: '2026-11-20T02:00:01+01:00' } },
      'Restart-FettleHost': { body: { requested: true } },
    };
    const outcome = await shell.call(SCRIPTS.restartPatchHost, LOCAL, parameters);
    expect(outcome).toMatchObject({ kind: 'result', result: { requested: true } });
    expect(asked[1]?.body).toEqual({ key: 'run/app01/1/reboot/1', reason: 'CHG0042' });
  });

  test('is not asked for again when the host has been restarted since', async () => {
    answers = { 'Get-FettleBootTime': { body: { bootTime: '2026-11-22T03:00:00.000Z' } } };
    const outcome = await shell.call(SCRIPTS.restartPatchHost, LOCAL, parameters);
    expect(outcome).toMatchObject({ kind: 'result', result: { requested: false } });
    expect(asked).toHaveLength(1);
  });
});

function removeTask() {
  return shell.call(SCRIPTS.removeUpdateTask, LOCAL, { HostName: HOST, TaskName: 'fettle-1' });
}

describe('a bad answer of the plant', () => {
  const error = { message: 'no such thing', hresult: '0x80240016', id: 'FettleTaskRefused' };

  test.each([
    [422, { kind: 'script-failed', failure: { message: error.message, hresult: error.hresult, id: error.id } }],
    [503, { kind: 'connect-failed' }],
    [410, { kind: 'lost' }],
  ])('with status %d is what a real host would be', async (status, outcome) => {
    answers = { 'Remove-FettleUpdateTask': { status, body: { error } } };
    expect(await removeTask()).toMatchObject(outcome);
  });

  test('that is not what the contract allows is a violation', async () => {
    answers = { 'Remove-FettleUpdateTask': { body: { removed: 'yes' } } };
    expect(await removeTask()).toMatchObject({ kind: 'contract-violation', side: 'result' });
  });
});

test('without a plant nothing is reached', async () => {
  const { FETTLE_PLANT_URL: _left, ...environment } = process.env;
  const alone = testShell({ environment });
  const outcome = await alone.call(SCRIPTS.getHostRole, LOCAL, { HostName: HOST });
  expect(outcome).toMatchObject({ kind: 'connect-failed', message: expect.stringContaining('FETTLE_PLANT_URL') });
  await alone.close();
});
