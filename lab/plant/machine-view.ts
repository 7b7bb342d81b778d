import { runningTask } from './installation.ts';
import type { Machine } from './machine.ts';

/** A machine as `GET /hosts` shows it. */
export interface MachineView {
  name: string;
  kind: 'host' | 'endpoint';
  power: Machine['power'];
  bootTime: string;
  servicing: boolean;
  /** Name of the update task that runs. */
  installing: string | null;
  pendingReboot: string[];
  freeMb: number;
  /** KBs. */
  offered: string[];
  installed: string[];
  /** Services with automatic start that do not run. */
  servicesDown: string[];
  lastScanAt: string | null;
  lastVerifiedBackupAt: string | null;
  roles: Machine['roles'];
}

export function describeMachine(machine: Machine): MachineView {
  const automatic = machine.services.filter(({ startType }) => startType.startsWith('Automatic'));
  return {
    name: machine.name,
    kind: machine.host === null ? 'endpoint' : 'host',
    power: machine.power,
    bootTime: machine.bootTime,
    servicing: machine.servicing,
    installing: runningTask(machine)?.name ?? null,
    pendingReboot: [...machine.pendingReboot],
    freeMb: Math.floor(machine.freeMb),
    offered: machine.offered.map(({ kb }) => kb),
    installed: machine.installed.map(({ kb }) => kb),
    servicesDown: automatic.filter(({ state }) => state !== 'Running').map(({ name }) => name),
    lastScanAt: machine.lastScanAt,
    lastVerifiedBackupAt: machine.lastVerifiedBackupAt,
    roles: structuredClone(machine.roles),
  };
}
