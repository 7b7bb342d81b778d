import type { PlantVerbs } from './api.ts';
import { stamp } from './clock.ts';
import { type Machine, takes, type World } from './machine.ts';
import { threw } from './plant-error.ts';
import { datastoreFact, type Guest, type StoredSnapshot } from './storage.ts';

const SECOND = 1_000;
/** Taking a snapshot takes 30 to 90 s of plant time; removing one consolidates and takes a little longer. */
const TAKE_MS = [30 * SECOND, 90 * SECOND] as const;
const REMOVE_MS = [40 * SECOND, 120 * SECOND] as const;
const FAILED = 'FettleSnapshotFailed';

type Take = PlantVerbs['New-FettleSnapshot'];
type Remove = PlantVerbs['Remove-FettleSnapshot'];
type Read = PlantVerbs['Get-FettleSnapshot'];

export function readSnapshots(world: World, endpoint: Machine, { vmId, datastore }: Read['request']): Read['answer'] {
  const guest = knownGuest(world, endpoint, vmId);
  const store = world.storage.datastore(endpoint.name, datastore);
  if (store === null) throw threw(`${endpoint.name} has no datastore '${datastore}'.`, undefined, FAILED);
  const snapshots = guest.datastore.snapshots.filter((snapshot) => snapshot.vmId === vmId);
  return {
    snapshots: snapshots.map(({ name, createdAt, comment }) => ({ name, createdAt, comment })),
    datastore: datastoreFact(store),
  };
}

/** Takes a quiesced snapshot; one of that name that exists already is answered for. Throws `FettleDatastoreFull` without space. */
export async function takeSnapshot(world: World, endpoint: Machine, request: Take['request']): Promise<Take['answer']> {
  const guest = knownGuest(world, endpoint, request.vmId);
  const existing = snapshotOf(guest, request.name);
  if (existing !== undefined) return taken(existing);
  return world.storage.once(`take ${endpoint.name} ${request.vmId} ${request.name}`, async () => {
    const sizeGb = Math.round(endpoint.random.between(6, 24));
    if (guest.datastore.freeGb < sizeGb)
      throw threw(`Datastore ${guest.datastore.name} has no room for a snapshot.`, '0x80070070', 'FettleDatastoreFull');
    const power = world.machines.get(guest.host)?.power;
    if (power !== 'up')
      throw threw(`${guest.host} cannot be quiesced while it is ${power ?? 'gone'}.`, undefined, FAILED);
    // The space is taken from the beginning, so that snapshots in work together cannot overfill the datastore.
    guest.datastore.freeGb -= sizeGb;
    await world.clock.wait(takes(world, endpoint, ...TAKE_MS));
    const { vmId, name, comment } = request;
    const snapshot: StoredSnapshot = { vmId, name, comment, createdAt: stamp(), sizeGb };
    guest.datastore.snapshots.push(snapshot);
    journal(world, endpoint, 'snapshot-taken', request);
    return taken(snapshot);
  });
}

/** Removes one snapshot of a virtual machine by its name; absent already is done. */
export async function removeSnapshot(
  world: World,
  endpoint: Machine,
  request: Remove['request'],
): Promise<Remove['answer']> {
  const guest = knownGuest(world, endpoint, request.vmId);
  const snapshot = snapshotOf(guest, request.name);
  if (snapshot === undefined) return { removed: false };
  return world.storage.once(`remove ${endpoint.name} ${request.vmId} ${request.name}`, async () => {
    await world.clock.wait(takes(world, endpoint, ...REMOVE_MS));
    guest.datastore.snapshots = guest.datastore.snapshots.filter((other) => other !== snapshot);
    guest.datastore.freeGb += snapshot.sizeGb;
    journal(world, endpoint, 'snapshot-removed', request);
    return { removed: true };
  });
}

function knownGuest(world: World, endpoint: Machine, vmId: string): Guest {
  const guest = world.storage.guest(endpoint.name, vmId);
  if (guest === null) throw threw(`${endpoint.name} has no virtual machine '${vmId}'.`, undefined, FAILED);
  return guest;
}

function snapshotOf(guest: Guest, name: string): StoredSnapshot | undefined {
  return guest.datastore.snapshots.find((snapshot) => snapshot.vmId === guest.vm.vmId && snapshot.name === name);
}

function taken({ name, createdAt }: StoredSnapshot): Take['answer'] {
  return { name, createdAt, quiesced: true };
}

function journal(
  world: World,
  endpoint: Machine,
  effect: 'snapshot-taken' | 'snapshot-removed',
  { vmId, name, key }: Remove['request'],
): void {
  world.journal.record({ host: endpoint.name, effect, key, detail: `${vmId} ${name}` });
}
