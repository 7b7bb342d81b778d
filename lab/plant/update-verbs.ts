import type { PlantVerb } from './api.ts';
import type { Handlers } from './host-verbs.ts';
import { runningTask, startUpdateTask, taskPercent } from './installation.ts';
import { takes } from './machine.ts';
import { threw } from './plant-error.ts';

/** A search of the update source takes a moment, in plant milliseconds. */
const SEARCH_MS = [1_000, 3_000] as const;

/** Verbs of the update agent and of the detached task. */
export const UPDATE_VERBS = {
  'Get-FettleOfferedUpdate': async (world, machine) => {
    await world.clock.wait(takes(world, machine, ...SEARCH_MS));
    return { lastScanAt: machine.lastScanAt, updates: structuredClone(machine.offered) };
  },
  'Get-FettleInstalledUpdate': (_world, { installed }) => ({ updates: structuredClone(installed) }),
  'Start-FettleUpdateTask': startUpdateTask,
  'Get-FettleUpdateProgress': (world, machine, { taskName }) => {
    const task = machine.tasks.get(taskName);
    if (task === undefined) return { state: 'missing', percent: 0, current: '', error: null };
    const current = task.state === 'running' ? (task.queue[task.position]?.title ?? '') : '';
    return { state: task.state, percent: taskPercent(world, task), current, error: task.error };
  },
  'Get-FettleUpdateHistory': (_world, { history }, { since }) => ({
    entries: history.filter((entry) => Date.parse(entry.at) >= Date.parse(since)).map((entry) => ({ ...entry })),
  }),
  'Remove-FettleUpdateTask': (world, machine, { taskName }) => {
    const task = machine.tasks.get(taskName);
    if (task === undefined) return { removed: false };
    if (runningTask(machine) === task) throw threw(`Task ${taskName} is still running: wait until it has ended.`);
    machine.tasks.delete(taskName);
    world.journal.record({ host: machine.name, effect: 'task-removed', key: task.key, detail: taskName });
    return { removed: true };
  },
} satisfies Partial<Handlers<Extract<PlantVerb, `${string}Update${string}`>>>;
