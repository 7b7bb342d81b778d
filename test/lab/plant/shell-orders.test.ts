import { expect, it } from 'vitest';
import { SHELL_MISBEHAVIOURS } from '../../../lab/plant/index.ts';
import { APP, testPlant } from './lab-plant.ts';

const OTHER = 'app02.corp.example';
const SCRIPT = 'Get-HostState';

it('an order to the shell strikes the calls about its host, as often as ordered', async () => {
  const lab = await testPlant({ faults: [{ host: APP, fault: 'shell', behaviour: 'hang', times: 2 }] });
  const strike = async (host: string) => (await lab.send('POST', '/shell-calls', { host, script: SCRIPT })).body;
  expect(await strike(OTHER)).toEqual({ behaviour: null });
  expect(await strike(APP)).toEqual({ behaviour: 'hang' });
  expect(await strike(APP)).toEqual({ behaviour: 'hang' });
  expect(await strike(APP)).toEqual({ behaviour: null });
});

it('an order that names a script spares every other', async () => {
  const lab = await testPlant({ faults: [{ host: APP, fault: 'shell', behaviour: 'echo', script: SCRIPT }] });
  expect(lab.plant.shellCall(APP, 'Get-HostRole')).toBeNull();
  expect(lab.plant.shellCall(APP, SCRIPT)).toBe('echo');
});

it('an order for any host strikes calls about none, too', async () => {
  const lab = await testPlant({ faults: [{ host: '*', fault: 'shell', behaviour: 'freeze', times: 1 }] });
  expect(lab.plant.shellCall('', 'Test-ShellBehaviour')).toBe('freeze');
  expect(lab.plant.shellCall('', 'Test-ShellBehaviour')).toBeNull();
});

it('an order for the start of a shell strikes no call', async () => {
  const lab = await testPlant({ faults: [{ host: APP, fault: 'shell', behaviour: 'old-version', times: 1 }] });
  expect(lab.plant.shellCall(APP, SCRIPT)).toBeNull();
  expect((await lab.send('POST', '/shell-starts')).body).toEqual({ behaviour: 'old-version' });
  expect((await lab.send('POST', '/shell-starts')).body).toEqual({ behaviour: null });
});

it('every misbehaviour can be ordered over REST, and nothing else', async () => {
  const lab = await testPlant({ hosts: 1 });
  const order = { host: '*', fault: 'shell' };
  const orders = SHELL_MISBEHAVIOURS.map((behaviour) => ({ ...order, behaviour }));
  expect((await lab.send('POST', '/faults', orders)).status).toBe(200);
  expect((await lab.send('POST', '/faults', { ...order, behaviour: 'sulk' })).status).toBe(422);
  expect((await lab.send('POST', '/faults', { ...order, host: 'nowhere', behaviour: 'hang' })).status).toBe(422);
  expect((await lab.send('POST', '/shell-calls', { host: 1 })).status).toBe(422);
});
