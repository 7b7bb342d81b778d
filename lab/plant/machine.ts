import type { InstalledUpdate, OfferedUpdate, RoleFacts, ServiceFact } from '../../model/patch-window/facts.ts';
import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import type { UpdateHistoryEntry } from './api.ts';
import type { PlantClock } from './clock.ts';
import type { FaultBook } from './fault-book.ts';
import type { Journal } from './journal.ts';
import type { Monitoring } from './monitoring.ts';
import { wentAway } from './plant-error.ts';
import type { Random } from './random.ts';
import type { Storage } from './storage.ts';

/** One simulated machine: a host of the inventory, a management endpoint, or both. */
export interface Machine {
  name: string;
  host: InventoryHost | null;
  endpoint: InventoryEndpoint | null;
  /** `stuck`: it went down for a reboot and does not come back by itself. */
  power: 'up' | 'shutting-down' | 'down' | 'stuck';
  bootTime: string;
  /** Component servicing goes on after a boot. */
  servicing: boolean;
  services: ServiceFact[];
  freeMb: number;
  pendingReboot: string[];
  lastScanAt: string | null;
  lastVerifiedBackupAt: string | null;
  offered: OfferedUpdate[];
  /** Offered only once the host has rebooted. */
  offeredAfterReboot: OfferedUpdate[];
  installed: InstalledUpdate[];
  history: UpdateHistoryEntry[];
  /** Starts of services that did not come up. */
  failedStarts: { at: string; service: string }[];
  tasks: Map<string, UpdateTask>;
  roles: RoleFacts;
  /** Keys of the restarts that were asked for already. */
  restartKeys: Set<string>;
  /** Databases have caught up with their partners since the last boot. */
  inStep: boolean;
  random: Random;
  /** What loses each call in progress when the connections break. */
  calls: Set<() => void>;
}

/** The detached task that installs updates on a machine. */
export interface UpdateTask {
  name: string;
  key: string;
  startedAt: string;
  state: 'running' | 'finished';
  error: { hresult: string; message: string } | null;
  queue: OfferedUpdate[];
  /** Index in `queue` of the update that is being installed. */
  position: number;
  /** When the current update began, real milliseconds of the epoch, and how long it takes in plant milliseconds. */
  current: { since: number; takesMs: number } | null;
  callOff: (() => void)[];
}

/** What every part of the simulation works on. */
export interface World {
  clock: PlantClock;
  faults: FaultBook;
  journal: Journal;
  machines: Map<string, Machine>;
  monitoring: Monitoring;
  storage: Storage;
}

/** A duration on this machine in plant milliseconds, stretched when it was ordered to be slow. */
export function takes(world: World, machine: Machine, lowMs: number, highMs: number): number {
  const factor = world.faults.strike(machine.name, 'slow')?.factor ?? 1;
  return machine.random.between(lowMs, highMs) * factor;
}

/** Breaks every call in progress; what runs on the machine goes on. */
export function breakConnections(machine: Machine): void {
  for (const lose of machine.calls) lose();
}

/** The answer, unless the connection breaks first: then the call ends as 410. */
export async function whileConnected<T>(machine: Machine, answer: T | Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const lose = (): void => reject(wentAway(machine.name));
    machine.calls.add(lose);
    const settled = Promise.resolve(answer).then(resolve, reject);
    void settled.then(() => machine.calls.delete(lose));
  });
}
