import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { artefact, hostName, HOST_FAILURES } from './shapes.ts';

/** How far the task is. Progress only: the result is read by Get-UpdateResult. */
export default defineFunction({
  name: 'Get-FettleUpdateProgress',
  effect: 'read',
  timeLimitMs: 60_000,
  parameters: z.strictObject({ HostName: hostName, TaskName: artefact }),
  result: z.strictObject({
    state: z.enum(['running', 'finished', 'missing']),
    percent: z.number().min(0).max(100),
    current: z.string(),
    error: z.strictObject({ hresult: z.string(), message: z.string() }).nullable(),
  }),
  failures: { ...HOST_FAILURES, FettleTaskRefused: 'TaskRefused' },
});
