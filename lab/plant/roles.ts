import type { AvailabilityGroupFact, DomainControllerFact, RoleFacts } from '../../model/patch-window/facts.ts';
import type { Inventory, InventoryHost } from '../../model/inventory.ts';
import type { Machine, World } from './machine.ts';
import { servicesRun } from './services.ts';
import type { Storage } from './storage.ts';

/** Roles as they are when the plant starts. The first host of an availability group, in the inventory's order, is its primary. */
export function initialRoles(host: InventoryHost, inventory: Inventory, storage: Storage): RoleFacts {
  const clustered = host.roles.includes('availability-group') || host.roles.includes('failover-cluster');
  const members = clustered ? groupMembers(host, inventory) : [];
  return {
    cluster: host.roles.includes('failover-cluster')
      ? {
          name: host.redundancyGroup ?? `cluster-${host.name}`,
          nodeState: 'Up',
          drained: false,
          ownedGroups: members[0]?.name === host.name ? ['Cluster Group', 'Available Storage'] : [],
          quorumSurvivesLoss: true,
        }
      : null,
    availabilityGroups: host.roles.includes('availability-group') ? [availabilityGroup(host, members)] : [],
    domainController: host.roles.includes('domain-controller')
      ? { netlogonShared: true, sysvolShared: true, advertising: true, replicationFailures: 0 }
      : null,
    guests: host.roles.includes('hypervisor') ? storage.guestsOf(host.name) : [],
  };
}

function groupMembers({ redundancyGroup }: InventoryHost, inventory: Inventory): InventoryHost[] {
  if (redundancyGroup === undefined) return [];
  return inventory.hosts.filter((other) => other.redundancyGroup === redundancyGroup);
}

function availabilityGroup(host: InventoryHost, members: InventoryHost[]): AvailabilityGroupFact {
  const primary = members[0]?.name ?? host.name;
  return {
    name: host.redundancyGroup ?? `ag-${host.name}`,
    localRole: primary === host.name ? 'PRIMARY' : 'SECONDARY',
    primaryReplica: primary,
    partnerReplica: members.find((member) => member.name !== host.name)?.name ?? host.name,
    databases: ['BatchRecords', 'Historian'].map((name) => ({
      name,
      synchronization: 'SYNCHRONIZED',
      health: 'HEALTHY',
    })),
  };
}

/** The groups as they are now: while either replica is down or catching up, their databases are not in step. */
export function availabilityGroupsNow(world: World, machine: Machine): AvailabilityGroupFact[] {
  return machine.roles.availabilityGroups.map((group) => {
    const partner = world.machines.get(group.partnerReplica);
    const inStep = isReplicaInStep(machine) && (partner === undefined || isReplicaInStep(partner));
    if (inStep) return structuredClone(group);
    return {
      ...group,
      databases: group.databases.map(({ name }) => ({
        name,
        synchronization: 'NOT SYNCHRONIZING',
        health: 'NOT_HEALTHY',
      })),
    };
  });
}

function isReplicaInStep(machine: Machine): boolean {
  const instances = machine.services.filter((service) => /^mssql/i.test(service.name));
  return machine.power === 'up' && machine.inStep && instances.every((service) => service.state === 'Running');
}

/** The controller as it is now: its shares and its advertising need their services. */
export function domainControllerNow(machine: Machine): DomainControllerFact | null {
  const controller = machine.roles.domainController;
  if (controller === null) return null;
  const shares = servicesRun(machine, ['Netlogon', 'DFSR']);
  return {
    netlogonShared: controller.netlogonShared && shares,
    sysvolShared: controller.sysvolShared && shares,
    advertising: controller.advertising && shares && servicesRun(machine, ['NTDS', 'Kdc']),
    replicationFailures: controller.replicationFailures,
  };
}
