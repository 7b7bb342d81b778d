import type { Inventory, InventoryEndpoint, InventoryHost, VirtualMachine } from '../../model/inventory.ts';
import { OPERATING_SYSTEMS, type OperatingSystem } from './catalogue.ts';
import { type Random, seededRandom } from './random.ts';
import { ROLE_PROFILES, type RoleProfile, type ServerKind } from './role-profiles.ts';
import { layOut, type Unit } from './site-layout.ts';

const DOMAIN = 'corp.example';
const SITES = { nordhavn: 'hyper-v', vestby: 'vmware' } as const satisfies Record<string, VirtualMachine['kind']>;
const VMS_PER_DATASTORE = 6;
const SYSTEMS = Object.keys(OPERATING_SYSTEMS) as [OperatingSystem, ...OperatingSystem[]];

/**
 * A believable fictitious organisation: `hosts` servers (1 to 5000) over two sites, and beside them the control-plane host
 * `jump01`, tagged `control-plane` and in no patch group. The same number and seed give the same inventory.
 */
export function generateInventory(hosts: number, seed: number): Inventory {
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 5000)
    throw new RangeError(`A simulated plant has 1 to 5000 hosts, not ${hosts}: give a whole number in that range.`);
  const random = seededRandom(seed, 'inventory');
  const numbers = new Map<string, number>();
  const virtualMachines = new Map<string, number>();
  const servers = layOut(hosts).flatMap((unit, index) => {
    const os = random.pick(SYSTEMS);
    return Array.from({ length: unit.size }, () => {
      const { prefix } = ROLE_PROFILES[unit.kind];
      const number = (numbers.get(prefix) ?? 0) + 1;
      numbers.set(prefix, number);
      return server({ unit, index, os, number, random, virtualMachines });
    });
  });
  return { hosts: [...servers, jumpHost()], endpoints: Object.keys(SITES).flatMap(siteEndpoints) };
}

interface Placement {
  unit: Unit;
  index: number;
  os: OperatingSystem;
  number: number;
  random: Random;
  /** How many virtual machines each site has so far. */
  virtualMachines: Map<string, number>;
}

function server({ unit, index, os, number, random, virtualMachines }: Placement): InventoryHost {
  const profile: RoleProfile = ROLE_PROFILES[unit.kind];
  const name = hostName(`${profile.prefix}${String(number).padStart(2, '0')}`);
  const group = redundancyGroup(unit, index);
  return {
    name,
    site: unit.site,
    os,
    osVersion: OPERATING_SYSTEMS[os],
    roles: [...profile.roles],
    // Odd and even members of a pair land in different groups, as operators split them.
    tags: [
      'monthly-patching',
      number % 2 === 1 ? 'patch-group-a' : 'patch-group-b',
      ...(unit.canary ? ['canary'] : []),
    ],
    owner: profile.owner,
    criticality: profile.criticality,
    ...(group === null ? {} : { redundancyGroup: group }),
    controlPlane: false,
    virtualization: unit.kind === 'scada' ? 'physical' : virtualMachine(unit.site, random, virtualMachines),
    monitoring: { endpoint: hostName(`scom-${unit.site}`), objects: monitoringObjects(name, unit.kind, group) },
    updateSource: 'wsus',
    connection: local(name),
    backup: { product: 'Veeam', maxAgeHours: unit.kind === 'file' ? 72 : 48 },
    services: [...profile.services],
    probes: profile.probes(name),
    durationClass: profile.durationClass,
    ...(unit.kind === 'scada' ? { area: random.pick(['filling', 'packaging', 'utilities']) } : {}),
  };
}

/** DCs of a domain at a site are one group, however many there are; other pairs are groups of their own. */
function redundancyGroup(unit: Unit, index: number): string | null {
  if (unit.kind === 'domain-controller') return `dc-${DOMAIN}-${unit.site}`;
  if (unit.kind === 'availability-group') return `ag-${unit.site}-${index}`;
  if (unit.kind === 'scada') return `scada-${unit.site}-${index}`;
  return null;
}

function monitoringObjects(name: string, kind: ServerKind, group: string | null): string[] {
  if (kind === 'application') return [name, `http://${name}/health`];
  return kind === 'availability-group' && group !== null ? [name, `${group}/${name}`] : [name];
}

function virtualMachine(site: Unit['site'], random: Random, counts: Map<string, number>): VirtualMachine {
  const count = counts.get(site) ?? 0;
  counts.set(site, count + 1);
  const suffix = random.integer(0, 0xffffff).toString(16).padStart(6, '0');
  return {
    kind: SITES[site],
    endpoint: hostName(`${SITES[site]}-${site}`),
    vmId: `vm-${site}-${String(count + 1).padStart(4, '0')}-${suffix}`,
    datastore: `${site}-ssd${String(Math.floor(count / VMS_PER_DATASTORE) + 1).padStart(2, '0')}`,
    sharedDisks: false,
  };
}

function jumpHost(): InventoryHost {
  const name = hostName('jump01');
  return {
    name,
    site: 'nordhavn',
    os: 'Windows Server 2022',
    osVersion: OPERATING_SYSTEMS['Windows Server 2022'],
    roles: [],
    tags: ['control-plane'],
    owner: 'Infrastructure',
    criticality: 'high',
    controlPlane: true,
    virtualization: 'physical',
    monitoring: { endpoint: hostName('scom-nordhavn'), objects: [name] },
    updateSource: 'wsus',
    connection: local(name),
    backup: { product: 'Veeam', maxAgeHours: 48 },
    services: ['TermService'],
    probes: [{ kind: 'tcp', port: 3389 }],
    durationClass: 'standard',
  };
}

function siteEndpoints(site: string): InventoryEndpoint[] {
  const kind = SITES[site as Unit['site']];
  const hypervisor = hostName(`${kind}-${site}`);
  const monitoring = hostName(`scom-${site}`);
  return [
    { name: hypervisor, kind, connection: local(hypervisor) },
    { name: monitoring, kind: 'monitoring', connection: local(monitoring) },
  ];
}

function hostName(label: string): string {
  return `${label}.${DOMAIN}`;
}

function local(address: string): InventoryHost['connection'] {
  return { transport: 'local', address, port: 22 };
}
