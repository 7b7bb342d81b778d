import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { HOST_FAILURES, hostName, isoTime } from './shapes.ts';

/** The newest critical and error events since a time, of the logs that matter to patching; newest first. */
export default defineFunction({
  name: 'Get-FettleEventExcerpt',
  effect: 'read',
  timeLimitMs: 60_000,
  parameters: z.strictObject({ HostName: hostName, Since: isoTime, Maximum: z.int().min(1).max(200) }),
  result: z.strictObject({
    events: z.array(
      z.strictObject({
        at: isoTime,
        log: z.string(),
        level: z.enum(['critical', 'error']),
        source: z.string(),
        id: z.int(),
        message: z.string(),
      }),
    ),
  }),
  failures: HOST_FAILURES,
});
