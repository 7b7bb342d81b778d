import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { artefact, hostName, HOST_FAILURES } from './shapes.ts';

/** Removes the finished task and its folder. */
export default defineFunction({
  name: 'Remove-FettleUpdateTask',
  effect: 'idempotent',
  timeLimitMs: 60_000,
  parameters: z.strictObject({ HostName: hostName, TaskName: artefact }),
  result: z.strictObject({ removed: z.boolean() }),
  failures: { ...HOST_FAILURES, FettleTaskRefused: 'TaskRefused', FettleTaskRunning: 'UpdateBusy' },
});
