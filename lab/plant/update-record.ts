import type { OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { UpdateHistoryEntry } from './api.ts';
import { stamp } from './clock.ts';
import type { Machine, UpdateTask, World } from './machine.ts';

const GOOD = '0x00000000';

/** In an update loop the installation reports success, is rolled back, and the update is offered again. */
export function recordSuccess(world: World, machine: Machine, task: UpdateTask, update: OfferedUpdate): void {
  if (world.faults.strike(machine.name, 'update-loop') === null) {
    machine.offered = machine.offered.filter(
      (other) => !sameUpdate(other, update) && !update.supersedes.includes(other.kb),
    );
    machine.installed.push({
      kb: update.kb,
      title: update.title,
      installedAt: stamp(),
      supersedes: [...update.supersedes],
    });
    machine.freeMb -= update.sizeMb;
  }
  if (update.rebootRequired && !machine.pendingReboot.includes('windows-update'))
    machine.pendingReboot.push('windows-update');
  addHistory(machine, update, 'succeeded', GOOD);
  recordUpdate(world, machine, task, 'update-installed', label(update));
}

/** `aborted`: the task was killed while this update was in work. */
export function recordFailure(
  world: World,
  machine: Machine,
  task: UpdateTask,
  update: OfferedUpdate,
  result: 'failed' | 'aborted',
  hresult: string,
): void {
  addHistory(machine, update, result, hresult);
  recordUpdate(world, machine, task, 'update-failed', `${label(update)} ${result} ${hresult}`);
}

export function recordUpdate(
  world: World,
  machine: Machine,
  task: UpdateTask,
  effect: 'install-started' | 'update-installed' | 'update-failed',
  detail: string,
): void {
  world.journal.record({ host: machine.name, effect, key: task.key, detail });
}

function addHistory(
  machine: Machine,
  { id, revision, kb }: OfferedUpdate,
  result: UpdateHistoryEntry['result'],
  hresult: string,
): void {
  machine.history.push({ id, revision, kb, result, hresult, at: stamp() });
}

export function isOffered(machine: Machine, update: OfferedUpdate): boolean {
  return machine.offered.some((other) => sameUpdate(other, update));
}

export function sameUpdate(a: { id: string; revision: number }, b: { id: string; revision: number }): boolean {
  return a.id.toLowerCase() === b.id.toLowerCase() && a.revision === b.revision;
}

function label({ kb, id, revision }: OfferedUpdate): string {
  return `${kb || 'no KB'} ${id}/${revision}`;
}
