import type { InstallTask } from '../../../model/activities.ts';
import type { Limits } from '../../../model/plan.ts';
import type { Script } from './scripted-shell.ts';
import { inventoryHost, OTHER_UPDATE, stepRequest, UPDATE, withLimits } from './situation.ts';

/** What the tests of an installation share: a host, its task, and what a shell answers of it. */
export const host = inventoryHost();
export const TASK_NAME = 'fettle-0193-run-key--app01-install-1-2';
export const updates = [UPDATE, OTHER_UPDATE];
const task = (startedAt = new Date()): InstallTask => ({
  taskName: TASK_NAME,
  startedAt: startedAt.toISOString(),
  updates,
});
export const progress = (changes: object) => ({
  state: 'running' as const,
  percent: 0,
  current: '',
  error: null,
  ...changes,
});
export const finished = progress({ state: 'finished', percent: 100 }) as Extract<
  Script['getUpdateProgress'],
  { percent: number }
>;
export const entry = (update: typeof UPDATE, result: 'succeeded' | 'failed', hresult = '0x00000000') => ({
  ...update,
  result,
  hresult,
  at: new Date().toISOString(),
});
export const result = (history: ReturnType<typeof entry>[]) => ({ history, installed: [], rebootRequired: true });
export const installed = result([entry(UPDATE, 'succeeded'), entry(OTHER_UPDATE, 'succeeded')]);
export const following = (script: Script): Script => ({
  getUpdateProgress: finished,
  getUpdateResult: result([]),
  removeUpdateTask: { removed: true },
  ...script,
});
export const follow = (limits: Partial<Limits> = {}, startedAt?: Date) => ({
  ...withLimits(stepRequest(host, { round: 2 }), limits),
  task: task(startedAt),
});
