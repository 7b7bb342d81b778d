import type { ServiceFact } from '../../model/patch-window/facts.ts';
import { stamp } from './clock.ts';
import { type Machine, takes, type World } from './machine.ts';
import { threw } from './plant-error.ts';

const SECOND = 1_000;
const START_MS = [10 * SECOND, 60 * SECOND] as const;
const DELAYED_START_MS = 120 * SECOND;
/** `ERROR_SERVICE_REQUEST_TIMEOUT` and `ERROR_SERVICE_DOES_NOT_EXIST` as HRESULTs. */
const START_TIMED_OUT = '0x8007041D';
const NO_SUCH_SERVICE = '0x80070424';

/** Starts a service and waits until it runs (10 to 60 s of plant time). Throws `FettleServiceDown` when it does not come up. */
export async function startService(world: World, machine: Machine, name: string): Promise<ServiceFact> {
  const service = machine.services.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (service === undefined)
    throw threw(`${machine.name} has no service '${name}'.`, NO_SUCH_SERVICE, 'NoServiceFoundForGivenName');
  if (service.state === 'Running') return { ...service };
  await new Promise<void>((resolve) => {
    bringUp(world, machine, service, 0, resolve);
  });
  if (!servicesRun(machine, [service.name]))
    throw threw(
      `Service '${service.name}' cannot be started: it did not respond in a timely fashion.`,
      START_TIMED_OUT,
      'FettleServiceDown',
    );
  return { ...service };
}

/** After a boot the automatic services come up one by one, the delayed ones later. */
export function startAutomaticServices(world: World, machine: Machine): void {
  for (const service of machine.services) {
    const delay = { Automatic: 0, AutomaticDelayedStart: DELAYED_START_MS, Manual: null, Disabled: null }[
      service.startType
    ];
    if (delay === null) continue;
    bringUp(world, machine, service, delay);
  }
}

export function stopAllServices(machine: Machine): void {
  for (const service of machine.services) service.state = 'Stopped';
}

/** Whether all these services run; names compare as Windows does. */
export function servicesRun(machine: Machine, names: readonly string[]): boolean {
  return names.every((name) =>
    machine.services.some(
      (service) => service.name.toLowerCase() === name.toLowerCase() && service.state === 'Running',
    ),
  );
}

/** A reboot in the meantime has its own way with the service: then this start settles nothing. */
function bringUp(world: World, machine: Machine, service: ServiceFact, delayMs: number, done?: () => void): void {
  const { bootTime } = machine;
  service.state = 'StartPending';
  world.clock.after(delayMs + takes(world, machine, ...START_MS), () => {
    if (machine.bootTime === bootTime && service.state === 'StartPending') settle(world, machine, service);
    done?.();
  });
}

function settle(world: World, machine: Machine, service: ServiceFact): void {
  const staysDown = world.faults.strike(
    machine.name,
    'service-stays-down',
    (order) => order.service.toLowerCase() === service.name.toLowerCase(),
  );
  service.state = staysDown === null ? 'Running' : 'Stopped';
  if (staysDown === null)
    world.journal.record({ host: machine.name, effect: 'service-started', key: '', detail: service.name });
  else {
    machine.failedStarts.push({ at: stamp(), service: service.name });
    world.journal.changed();
  }
}
