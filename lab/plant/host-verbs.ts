import type { PlantVerb, PlantVerbs } from './api.ts';
import { eventExcerpt } from './event-log.ts';
import { runningTask } from './installation.ts';
import type { Machine, World } from './machine.ts';
import { restart } from './power.ts';
import { runProbe } from './probes.ts';
import { availabilityGroupsNow, domainControllerNow } from './roles.ts';
import { startService } from './services.ts';

/** What a verb does on a machine. */
export type Handler<V extends PlantVerb> = (
  world: World,
  machine: Machine,
  request: PlantVerbs[V]['request'],
) => PlantVerbs[V]['answer'] | Promise<PlantVerbs[V]['answer']>;
export type Handlers<V extends PlantVerb = PlantVerb> = { [Name in V]: Handler<Name> };

/** Verbs that every machine has, apart from those of the update agent. */
export const HOST_VERBS = {
  'Get-FettleBootTime': (_world, { bootTime }) => ({ bootTime }),
  'Get-FettlePendingReboot': (_world, { pendingReboot }) => ({ reasons: [...pendingReboot] }),
  'Get-FettleService': (_world, { services }) => ({ services: structuredClone(services) }),
  'Start-FettleService': async (world, machine, { name }) => startService(world, machine, name),
  'Get-FettleDisk': (world, machine) => {
    const order = world.faults.strike(machine.name, 'low-disk');
    return { freeMb: Math.max(0, Math.floor(Math.min(machine.freeMb, order?.freeMb ?? Infinity))) };
  },
  'Get-FettleBackup': (_world, { lastVerifiedBackupAt }) => ({ lastVerifiedAt: lastVerifiedBackupAt }),
  'Get-FettleInstallerState': (_world, machine) => ({
    busy: runningTask(machine) !== null,
    servicing: machine.servicing,
    rebootRequired: machine.pendingReboot.some((reason) => reason !== 'file-rename'),
    tasks: [...machine.tasks.values()].filter(({ state }) => state === 'running').map(({ name }) => name),
  }),
  'Get-FettleEventExcerpt': (_world, machine, request) => eventExcerpt(machine, request),
  'Restart-FettleHost': restart,
  'Get-FettleClusterState': (_world, { roles }) => ({ cluster: structuredClone(roles.cluster) }),
  'Get-FettleAvailabilityGroup': (world, machine) => ({ groups: availabilityGroupsNow(world, machine) }),
  'Get-FettleDomainControllerHealth': (_world, machine) => ({ controller: domainControllerNow(machine) }),
  'Get-FettleHypervisorGuest': (_world, { roles }) => ({ guests: [...roles.guests] }),
  'Test-FettleProbe': (_world, machine, { probe }) => runProbe(machine, probe),
} satisfies Partial<Handlers>;
