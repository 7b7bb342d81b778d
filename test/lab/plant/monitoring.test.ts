import { describe, expect, it } from 'vitest';
import { APP, testPlant, WAIT_MS } from './lab-plant.ts';

const SCOM = 'scom-nordhavn.corp.example';
const OBJECTS = [APP, `http://${APP}/health`];
const OFF = OBJECTS.map((object) => ({ object, inMaintenance: false, until: null }));

function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}

describe('maintenance mode', () => {
  it('starts once, is extended, is not shortened, and ends', async () => {
    const lab = await testPlant();
    expect(await lab.ask(SCOM, 'Get-FettleMaintenance', { objects: OBJECTS })).toEqual({ objects: OFF });
    const [early, late] = [inMinutes(10), inMinutes(20)];
    const start = async (key: string, until: string): Promise<unknown> =>
      lab.ask(SCOM, 'Start-FettleMaintenance', { objects: OBJECTS, until, comment: 'run 1', key });
    const until = (stamp: string): unknown => ({
      objects: OBJECTS.map((object) => ({ object, inMaintenance: true, until: stamp })),
    });
    expect(await start('on', early)).toEqual(until(early));
    expect(await start('on', early)).toEqual(until(early));
    expect(await start('longer', late)).toEqual(until(late));
    expect(await start('shorter', early)).toEqual(until(late));
    const stop = { objects: OBJECTS, comment: 'done', key: 'off' };
    expect(await lab.ask(SCOM, 'Stop-FettleMaintenance', stop)).toEqual({ objects: OFF });
    await lab.ask(SCOM, 'Stop-FettleMaintenance', stop);
    expect(lab.effects(SCOM)).toEqual(['maintenance-on on', 'maintenance-extended longer', 'maintenance-off off']);
  });

  it('ends by itself at its time', async () => {
    const lab = await testPlant();
    const request = { objects: [APP], until: new Date(Date.now() + 50).toISOString(), comment: 'run 1', key: 'on' };
    await lab.plant.call(SCOM, 'Start-FettleMaintenance', request);
    await lab.plant.until((entries) => entries.some(({ effect }) => effect === 'maintenance-off'), WAIT_MS);
    expect(lab.plant.journal().at(-1)).toMatchObject({ host: SCOM, key: '', effect: 'maintenance-off' });
    const { objects } = await lab.ask(SCOM, 'Get-FettleMaintenance', { objects: [APP] });
    expect(objects).toEqual([{ object: APP, inMaintenance: false, until: null }]);
  });

  it('is refused in the past, for objects that are not monitored there, and on other machines', async () => {
    const lab = await testPlant();
    const request = { objects: OBJECTS, until: inMinutes(10), comment: '', key: 'k' };
    const refused = '422 0x80131501 FettleMaintenanceRefused';
    const past = { ...request, until: inMinutes(-1) };
    expect(await lab.refusal(SCOM, 'Start-FettleMaintenance', past)).toBe(refused);
    expect(await lab.refusal(APP, 'Start-FettleMaintenance', request)).toBe(refused);
    const elsewhere = { objects: [APP, 'app02.corp.example'] };
    expect(await lab.refusal(SCOM, 'Get-FettleMaintenance', elsewhere)).toBe(refused);
    expect(lab.plant.journal()).toEqual([]);
  });
});
