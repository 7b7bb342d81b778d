import type { OfferedUpdate } from '../../model/patch-window/facts.ts';
import type { PlantVerbs } from './api.ts';
import { stamp } from './clock.ts';
import { type Machine, takes, type UpdateTask, type World } from './machine.ts';
import { threw } from './plant-error.ts';
import { isOffered, recordFailure, recordSuccess, recordUpdate, sameUpdate } from './update-record.ts';

const SECOND = 1_000;
/** 0.8 to 1.6 s a megabyte: 300 MB take four to eight minutes of plant time. */
const PER_MB_MS = [0.8 * SECOND, 1.6 * SECOND] as const;
const SMALLEST_MB = 10;
/** WU_E_OPERATIONINPROGRESS, WU_E_SHUTDOWN, WU_E_NO_UPDATE, ERROR_DISK_FULL, SCHED_S_TASK_TERMINATED. */
const BUSY = '0x80240009';
const SHUTTING_DOWN = '0x8024001E';
const NOTHING_TO_INSTALL = '0x80240024';
const DISK_FULL = '0x80070070';
const TERMINATED = '0x00041306';

type StartVerb = PlantVerbs['Start-FettleUpdateTask'];

/**
 * Starts the detached task; one of the same name that exists already is answered for, whether it runs or has ended.
 * Throws 0x80240009 while the installer is busy and 0x8024001E while the host shuts down. `timeLimitMinutes` is real time.
 */
export function startUpdateTask(world: World, machine: Machine, request: StartVerb['request']): StartVerb['answer'] {
  const existing = machine.tasks.get(request.taskName);
  if (existing !== undefined) return { taskName: existing.name, startedAt: existing.startedAt, existed: true };
  if (machine.power === 'shutting-down')
    throw threw('The operation did not complete because the service or system was being shut down.', SHUTTING_DOWN);
  if (machine.servicing || runningTask(machine) !== null)
    throw threw('Another conflicting operation was in progress: the installer is busy.', BUSY);
  const task: UpdateTask = {
    name: request.taskName,
    key: request.key,
    startedAt: stamp(),
    state: 'running',
    error: null,
    queue: request.updates.flatMap((wanted) => machine.offered.filter((update) => sameUpdate(update, wanted))),
    position: 0,
    current: null,
    callOff: [],
  };
  machine.tasks.set(task.name, task);
  const kbs = task.queue.map((update) => update.kb);
  recordUpdate(world, machine, task, 'install-started', `${task.name}: ${kbs.join(', ') || 'nothing that is offered'}`);
  const limit = Date.parse(task.startedAt) + request.timeLimitMinutes * 60 * SECOND;
  task.callOff.push(
    world.clock.at(limit, () => abortTask(world, machine, TERMINATED, 'The task ran longer than its limit.')),
  );
  begin(world, machine, task);
  return { taskName: task.name, startedAt: task.startedAt, existed: false };
}

export function runningTask(machine: Machine): UpdateTask | null {
  return [...machine.tasks.values()].find((task) => task.state === 'running') ?? null;
}

/** Kills the task that runs, if one does; the update in work is `aborted` in the history, those after it are not tried. */
export function abortTask(world: World, machine: Machine, hresult: string, message: string): void {
  const task = runningTask(machine);
  if (task === null) return;
  const update = task.queue[task.position];
  if (update !== undefined && task.current !== null) {
    recordFailure(world, machine, task, update, 'aborted', hresult);
  }
  finish(world, task, { hresult, message });
}

/** Percent of the task by size, from the time that has passed. */
export function taskPercent(world: World, task: UpdateTask): number {
  if (task.state === 'finished') return 100;
  const sizes = task.queue.map((update) => Math.max(update.sizeMb, SMALLEST_MB));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const done = sizes.slice(0, task.position).reduce((sum, size) => sum + size, 0);
  const part = task.current === null ? 0 : Math.min(world.clock.elapsed(task.current.since) / task.current.takesMs, 1);
  const percent = ((done + part * (sizes[task.position] ?? 0)) / total) * 100;
  return Math.min(99, Math.floor(percent));
}

/** Begins the update at the task's position; those that meanwhile are superseded or gone are passed over. */
function begin(world: World, machine: Machine, task: UpdateTask): void {
  let update = task.queue[task.position];
  while (update !== undefined && !isOffered(machine, update)) update = task.queue[++task.position];
  if (update === undefined) {
    const nothing = task.queue.length === 0;
    finish(world, task, nothing ? { hresult: NOTHING_TO_INSTALL, message: 'There are no updates to install.' } : null);
    return;
  }
  const [low, high] = PER_MB_MS;
  const size = Math.max(update.sizeMb, SMALLEST_MB);
  const takesMs = takes(world, machine, low * size, high * size);
  task.current = { since: Date.now(), takesMs };
  const installing = update;
  task.callOff.push(world.clock.after(takesMs, () => complete(world, machine, task, installing)));
  world.journal.changed();
}

function complete(world: World, machine: Machine, task: UpdateTask, update: OfferedUpdate): void {
  if (task.state === 'finished') return;
  const failure = failureOf(world, machine, task, update);
  if (failure === null) recordSuccess(world, machine, task, update);
  else {
    recordFailure(world, machine, task, update, 'failed', failure.hresult);
    if (failure.wholeTask) {
      failTheRest(world, machine, task, failure.hresult);
      return;
    }
  }
  task.position += 1;
  task.current = null;
  begin(world, machine, task);
}

/** An order without a KB strikes the whole task, once; one with a KB strikes that update. */
function failureOf(
  world: World,
  machine: Machine,
  task: UpdateTask,
  update: OfferedUpdate,
): { hresult: string; wholeTask: boolean } | null {
  const order = world.faults.strike(
    machine.name,
    'install-fails',
    ({ kb }) => kb === update.kb || (kb === undefined && task.position === 0),
  );
  if (order !== null) return { hresult: order.hresult, wholeTask: order.kb === undefined };
  return machine.freeMb < update.sizeMb ? { hresult: DISK_FULL, wholeTask: false } : null;
}

function failTheRest(world: World, machine: Machine, task: UpdateTask, hresult: string): void {
  for (const update of task.queue.slice(task.position + 1))
    recordFailure(world, machine, task, update, 'failed', hresult);
  finish(world, task, { hresult, message: `Installation failed with ${hresult} for every update of the task.` });
}

function finish(world: World, task: UpdateTask, error: UpdateTask['error']): void {
  task.state = 'finished';
  task.error = error;
  task.current = null;
  for (const callOff of task.callOff) callOff();
  task.callOff = [];
  world.journal.changed();
}
