import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { artefact, hostName, isoTime, key, updateId, UPDATE_AGENT_FAILURES } from './shapes.ts';

/** Starts the detached task that installs the updates; a task of that name that exists already is taken over. */
export default defineFunction({
  name: 'Start-FettleUpdateTask',
  effect: 'idempotent',
  timeLimitMs: 60_000,
  parameters: z.strictObject({
    HostName: hostName,
    TaskName: artefact,
    Key: key,
    Updates: z.array(updateId).min(1),
    TimeLimitMinutes: z
      .int()
      .min(1)
      .max(24 * 60),
  }),
  result: z.strictObject({ taskName: artefact, startedAt: isoTime, existed: z.boolean() }),
  failures: UPDATE_AGENT_FAILURES,
});
