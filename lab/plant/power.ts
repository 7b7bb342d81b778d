import type { PlantVerbs } from './api.ts';
import { stamp } from './clock.ts';
import { abortTask } from './installation.ts';
import { breakConnections, type Machine, takes, type World } from './machine.ts';
import { threw } from './plant-error.ts';
import { startAutomaticServices, stopAllServices } from './services.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A reboot takes four to nine minutes of plant time until the host answers again. */
const SHUTDOWN_MS = [5 * SECOND, 15 * SECOND] as const;
const DOWN_MS = [4 * MINUTE, 8.5 * MINUTE] as const;
const SERVICING_MS = [20 * SECOND, 60 * SECOND] as const;
/** Until databases are in step with their partners again. */
const CATCH_UP_MS = [30 * SECOND, 90 * SECOND] as const;
/** Boot times less than two real seconds apart count as one: no two boots of a host come closer, however fast the plant works. */
const BOOTS_APART_MS = 2_100;
const SHUTDOWN_IN_PROGRESS = '0x8007045B';

type Restart = PlantVerbs['Restart-FettleHost'];

/** Asks for a reboot; a key that was done already asks for nothing. The host shuts down a few seconds after its answer. */
export function restart(world: World, machine: Machine, { key, reason }: Restart['request']): Restart['answer'] {
  if (machine.restartKeys.has(key)) return { requested: false };
  if (machine.power === 'shutting-down') throw threw('A system shutdown is in progress.', SHUTDOWN_IN_PROGRESS);
  machine.restartKeys.add(key);
  machine.power = 'shutting-down';
  world.clock.after(takes(world, machine, ...SHUTDOWN_MS), () => goDown(world, machine));
  world.journal.record({ host: machine.name, effect: 'reboot', key, detail: reason });
  return { requested: true };
}

function goDown(world: World, machine: Machine): void {
  abortTask(world, machine, '0x8024001E', 'The host shut down while the task was running.');
  const forEver = world.faults.strike(machine.name, 'reboot-for-ever') !== null;
  machine.power = forEver ? 'stuck' : 'down';
  stopAllServices(machine);
  breakConnections(machine);
  const untilApart = -world.clock.elapsed(Date.parse(machine.bootTime) + BOOTS_APART_MS);
  const downMs = Math.max(takes(world, machine, ...DOWN_MS), untilApart);
  if (!forEver) world.clock.after(downMs, () => boot(world, machine));
  world.journal.changed();
}

/** The host is up again: servicing goes on for a while, services come back, and what hid behind the reboot is offered. */
export function boot(world: World, machine: Machine): void {
  machine.power = 'up';
  machine.bootTime = stamp();
  machine.servicing = true;
  machine.pendingReboot = [];
  machine.offered.push(...machine.offeredAfterReboot);
  machine.offeredAfterReboot = [];
  machine.inStep = false;
  startAutomaticServices(world, machine);
  world.clock.after(takes(world, machine, ...SERVICING_MS), () => {
    machine.servicing = false;
    world.journal.changed();
  });
  world.clock.after(takes(world, machine, ...CATCH_UP_MS), () => {
    machine.inStep = true;
    world.journal.changed();
  });
  world.journal.changed();
}
