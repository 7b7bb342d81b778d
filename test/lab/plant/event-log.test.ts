import { expect, test } from 'vitest';
import type { UpdateHistoryEntry } from '../../../lab/plant/api.ts';
import { eventExcerpt } from '../../../lab/plant/event-log.ts';
import { OS_UPDATES } from '../../../lab/plant/index.ts';
import { APP, testPlant } from './lab-plant.ts';

const { cumulative, dotNet } = OS_UPDATES['Windows Server 2019'];
const LONG_AGO = '2000-01-01T00:00:00Z';

test('a failed installation stands in the event log with its KB and HRESULT, a good one does not', async () => {
  const lab = await testPlant();
  lab.plant.change(APP, { offered: [cumulative, dotNet], freeMb: 100 });
  await lab.install(APP, 'task-1');
  await lab.installEnd(APP);
  const { events } = await lab.ask(APP, 'Get-FettleEventExcerpt', { since: LONG_AGO, maximum: 10 });
  expect(events).toMatchObject([{ log: 'System', level: 'error', id: 20 }]);
  expect(events[0]?.message).toContain(`0x80070070: ${cumulative.kb}`);
});

test('a service that did not come up stands in it too', async () => {
  const lab = await testPlant();
  lab.plant.change(APP, { services: { W3SVC: 'Stopped' } });
  lab.plant.order({ host: APP, fault: 'service-stays-down', service: 'W3SVC', times: 1 });
  await lab.refusal(APP, 'Start-FettleService', { name: 'W3SVC' });
  const { events } = await lab.ask(APP, 'Get-FettleEventExcerpt', { since: LONG_AGO, maximum: 10 });
  expect(events).toMatchObject([{ source: 'Service Control Manager', id: 7000, level: 'error' }]);
  expect(events[0]?.message).toContain('W3SVC');
});

test('the newest events come first, as many as are asked for, none from before', () => {
  const failed = (hour: number): UpdateHistoryEntry => ({
    id: cumulative.id,
    revision: 1,
    kb: `KB${hour}`,
    result: 'failed',
    hresult: '0x80070643',
    at: `2026-11-20T0${hour}:00:00Z`,
  });
  const machine = { history: [failed(1), failed(3), failed(2)], failedStarts: [] };
  const ask = (since: string, maximum: number): string[] =>
    eventExcerpt(machine, { since, maximum }).events.map(({ message }) => /KB\d/.exec(message)?.[0] ?? '');
  expect(ask(LONG_AGO, 2)).toEqual(['KB3', 'KB2']);
  expect(ask('2026-11-20T02:30:00Z', 10)).toEqual(['KB3']);
});
