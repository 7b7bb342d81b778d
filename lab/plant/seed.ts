import type { InstalledUpdate, OfferedUpdate, ServiceFact } from '../../model/patch-window/facts.ts';
import type { Inventory, InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import { COMMON_UPDATES, OS_UPDATES, type OperatingSystem, SQL_UPDATE } from './catalogue.ts';
import type { Machine } from './machine.ts';
import { type Random, seededRandom } from './random.ts';
import { BASE_SERVICES, ROLE_PROFILES } from './role-profiles.ts';
import { initialRoles } from './roles.ts';
import type { Storage } from './storage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Every machine of the plant as it stands at `now` (milliseconds of the epoch); the same seed gives the same machines. */
export function seedMachines(inventory: Inventory, storage: Storage, seed: number, now: number): Map<string, Machine> {
  const machines = new Map<string, Machine>();
  for (const endpoint of inventory.endpoints)
    machines.set(endpoint.name, bareMachine(endpoint.name, seed, now, endpoint, storage.guestsOf(endpoint.name)));
  for (const host of inventory.hosts) {
    const machine = bareMachine(host.name, seed, now, machines.get(host.name)?.endpoint ?? null, []);
    machine.roles = initialRoles(host, inventory, storage);
    settleHost(machine, host, now);
    machines.set(host.name, machine);
  }
  return machines;
}

function bareMachine(
  name: string,
  seed: number,
  now: number,
  endpoint: InventoryEndpoint | null,
  guests: string[],
): Machine {
  const random = seededRandom(seed, name);
  return {
    name,
    host: null,
    endpoint,
    power: 'up',
    bootTime: ago(now, random.between(10 * DAY, 60 * DAY)),
    servicing: false,
    services: services([]),
    freeMb: random.integer(18_000, 90_000),
    pendingReboot: [],
    lastScanAt: ago(now, random.between(HOUR, 20 * HOUR)),
    lastVerifiedBackupAt: ago(now, random.between(2 * HOUR, 20 * HOUR)),
    offered: [],
    offeredAfterReboot: [],
    installed: [],
    history: [],
    failedStarts: [],
    tasks: new Map(),
    roles: { cluster: null, availabilityGroups: [], domainController: null, guests },
    restartKeys: new Set(),
    inStep: true,
    random,
    calls: new Set(),
  };
}

function settleHost(machine: Machine, host: InventoryHost, now: number): void {
  const { random } = machine;
  const canary = host.tags.includes('canary');
  machine.host = host;
  machine.services = services([...host.roles.flatMap(roleServices), ...host.services]);
  // A canary has to prove something: it is always offered the cumulative update and starts clean.
  if (random.chance(0.08) && !canary)
    machine.pendingReboot = [random.pick(['component-based-servicing', 'file-rename'])];
  const updates = OS_UPDATES[host.os as OperatingSystem] ?? OS_UPDATES['Windows Server 2022'];
  const current = random.chance(0.06) && !canary;
  const offered: (OfferedUpdate | null)[] = [
    random.chance(0.6) ? updates.servicingStack : null,
    random.chance(0.15) && !current ? updates.previousCumulative : null,
    current ? null : updates.cumulative,
    random.chance(0.8) ? updates.dotNet : null,
    host.roles.includes('sql') && random.chance(0.7) ? SQL_UPDATE : null,
    random.chance(0.7) ? COMMON_UPDATES.removalTool : null,
    random.chance(0.9) ? COMMON_UPDATES.definitions : null,
  ];
  machine.offered = offered.filter((update) => update !== null).map((update) => structuredClone(update));
  machine.offeredAfterReboot = random.chance(0.2) ? [structuredClone(updates.followUp)] : [];
  const had = [...(current ? [updates.cumulative] : []), updates.previousCumulative];
  const offeredKbs = new Set(machine.offered.map((update) => update.kb));
  machine.installed = had.filter((update) => !offeredKbs.has(update.kb)).map((update) => install(update, random, now));
  machine.history = machine.installed.map(({ kb, installedAt }) => {
    const { id, revision } = had.find((update) => update.kb === kb) ?? updates.previousCumulative;
    return { id, revision, kb, result: 'succeeded', hresult: '0x00000000', at: installedAt };
  });
}

function roleServices(role: string): string[] {
  return role in ROLE_PROFILES ? ROLE_PROFILES[role as keyof typeof ROLE_PROFILES].services : [];
}

function services(ofTheRole: string[]): ServiceFact[] {
  const base: ServiceFact[] = BASE_SERVICES.map(({ name, startType, running }) => ({
    name,
    startType,
    state: running ? 'Running' : 'Stopped',
  }));
  const known = new Set(base.map((service) => service.name));
  const own = [...new Set(ofTheRole)].filter((name) => !known.has(name));
  return [...base, ...own.map((name): ServiceFact => ({ name, startType: 'Automatic', state: 'Running' }))];
}

function install(update: OfferedUpdate, random: Random, now: number): InstalledUpdate {
  const { kb, title, supersedes } = update;
  return { kb, title, installedAt: ago(now, random.between(10 * DAY, 30 * DAY)), supersedes: [...supersedes] };
}

function ago(now: number, ms: number): string {
  return new Date(now - Math.floor(ms)).toISOString();
}
