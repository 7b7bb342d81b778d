import type { InstallTask } from '../../../model/patch-window/activities.ts';
import type { Script } from './scripted-shell.ts';
import { inventoryHost, LIMITS, MINUTE, OTHER_UPDATE, stepRequest, UPDATE } from './situation.ts';

/** What the tests of an installation share: a host, its task, and what a shell answers of it. */
export const host = inventoryHost();
/** Its last part is the beginning of the SHA-256 of the key `0193-run-key-1/patch/app01.corp.example/1/install/2`. */
export const TASK_NAME = 'fettle-app01-install-dda56476d9ffabee';
export const updates = [UPDATE, OTHER_UPDATE];
const task = (): InstallTask => ({
  taskName: TASK_NAME,
  startedAt: new Date().toISOString(),
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
export const follow = ({ pollMs = LIMITS.pollMs, rebootMs = 60 * MINUTE } = {}) => ({
  ...stepRequest(host, { round: 2, limits: { ...LIMITS, pollMs } }),
  installMs: 120 * MINUTE,
  rebootMs,
  task: task(),
});
