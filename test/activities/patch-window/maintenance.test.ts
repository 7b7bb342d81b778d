import { describe, expect, it } from 'vitest';
import { callsOf, scriptedShell, timedOut, unreachable } from './scripted-shell.ts';
import { failureOf, HOST, inventoryHost, situation, stepRequest } from './situation.ts';

const URL_OBJECT = 'http://app01/health';
const host = inventoryHost();
const minutesAhead = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const off = (object: string) => ({ object, inMaintenance: false, until: null });
const on = (object: string, until: string) => ({ object, inMaintenance: true, until });
const started = (parameters: Record<string, unknown>) => ({
  objects: (parameters['Objects'] as string[]).map((object) => on(object, parameters['Until'] as string)),
});

describe('startMaintenance', () => {
  it('does nothing for a host that the inventory does not monitor', async () => {
    const { monitoring: _, ...silent } = host;
    const shell = scriptedShell({});
    const request = { ...stepRequest(silent), until: minutesAhead(60) };
    expect(await situation(shell, [silent]).run('startMaintenance', request)).toBeNull();
  });

  it('covers every object, names the run, and passes the end in UTC', async () => {
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [off(HOST), off(URL_OBJECT)] },
      startMaintenanceMode: started,
    });
    const until = minutesAhead(60);
    const record = await situation(shell).run('startMaintenance', { ...stepRequest(host), until });
    expect(record).toEqual({ endpoint: 'scom.corp.example', objects: [HOST, URL_OBJECT], until });
    expect(callsOf(shell, 'startMaintenanceMode')).toEqual([
      {
        EndpointName: 'scom.corp.example',
        Objects: [HOST, URL_OBJECT],
        Until: until,
        Comment: expect.stringContaining('patch-window/CHG0001/1'),
        Key: `0193-run-key-1/patch/${HOST}/1/maintenance-on/1`,
      },
    ]);
    expect(until).toMatch(/Z$/);
  });

  it('asks for five minutes at least', async () => {
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [off(HOST), off(URL_OBJECT)] },
      startMaintenanceMode: started,
    });
    const earliest = Date.now() + 5 * 60_000;
    const record = await situation(shell).run('startMaintenance', { ...stepRequest(host), until: minutesAhead(1) });
    expect(Date.parse(record?.until ?? '')).toBeGreaterThanOrEqual(earliest);
  });

  it('extends what ends earlier and leaves alone what somebody else set for longer', async () => {
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [on(HOST, minutesAhead(10)), on(URL_OBJECT, minutesAhead(600))] },
      startMaintenanceMode: started,
    });
    const record = await situation(shell).run('startMaintenance', { ...stepRequest(host), until: minutesAhead(60) });
    expect(record?.objects).toEqual([HOST]);
    expect(callsOf(shell, 'startMaintenanceMode')[0]?.['Objects']).toEqual([HOST]);
  });

  it('keeps what its own first attempt set when it is called again', async () => {
    const until = minutesAhead(60);
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [on(HOST, until), on(URL_OBJECT, until)] },
      startMaintenanceMode: started,
    });
    const record = await situation(shell).run('startMaintenance', { ...stepRequest(host), until });
    expect(record?.objects).toEqual([HOST, URL_OBJECT]);
  });

  it('fails when an object did not go into maintenance mode', async () => {
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [off(HOST), off(URL_OBJECT)] },
      startMaintenanceMode: { objects: [on(HOST, minutesAhead(60)), off(URL_OBJECT)] },
    });
    const request = { ...stepRequest(host), until: minutesAhead(60) };
    const failure = await failureOf(situation(shell).run('startMaintenance', request));
    expect(failure.type).toBe('MaintenanceFailed');
    expect(failure.question).toContain(URL_OBJECT);
  });

  it('does not call the host unreachable when its monitoring system is', async () => {
    const shell = scriptedShell({ getMaintenanceMode: unreachable });
    const request = { ...stepRequest(host), until: minutesAhead(60) };
    const failure = await failureOf(situation(shell).run('startMaintenance', request));
    expect(failure).toMatchObject({ type: 'MaintenanceFailed', retryable: true });
    expect(failure.message).toContain('scom.corp.example');
  });
});

describe('maintenance mode that the monitoring system did not answer for', () => {
  it('may be on: the failure says where and until when', async () => {
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [off(HOST), off(URL_OBJECT)] },
      startMaintenanceMode: timedOut,
    });
    const until = minutesAhead(60);
    const failure = await failureOf(situation(shell).run('startMaintenance', { ...stepRequest(host), until }));
    const perhaps = { endpoint: 'scom.corp.example', objects: [HOST, URL_OBJECT], until };
    expect(failure).toMatchObject({ type: 'MaintenanceFailed', perhaps });
  });
});

describe('endMaintenance', () => {
  const maintenance = { endpoint: 'scom.corp.example', objects: [HOST, URL_OBJECT], until: minutesAhead(60) };

  it('ends it only where it is still on', async () => {
    const shell = scriptedShell({
      getMaintenanceMode: { objects: [off(HOST), on(URL_OBJECT, maintenance.until)] },
      stopMaintenanceMode: { objects: [off(URL_OBJECT)] },
    });
    await situation(shell).run('endMaintenance', { ...stepRequest(host), maintenance });
    expect(callsOf(shell, 'stopMaintenanceMode').map(({ Objects }) => Objects)).toEqual([[URL_OBJECT]]);
  });

  it('does nothing when it is over', async () => {
    const shell = scriptedShell({ getMaintenanceMode: { objects: [off(HOST), off(URL_OBJECT)] } });
    await situation(shell).run('endMaintenance', { ...stepRequest(host), maintenance });
    expect(callsOf(shell, 'stopMaintenanceMode')).toEqual([]);
  });

  it('fails when an object stays in it', async () => {
    const stuck = { objects: [on(HOST, maintenance.until), off(URL_OBJECT)] };
    const shell = scriptedShell({ getMaintenanceMode: stuck, stopMaintenanceMode: stuck });
    const failure = await failureOf(situation(shell).run('endMaintenance', { ...stepRequest(host), maintenance }));
    expect(failure.type).toBe('MaintenanceFailed');
  });
});
