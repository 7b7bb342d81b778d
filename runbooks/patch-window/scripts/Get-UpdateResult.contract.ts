import { z } from 'zod';
import { defineScript } from '../../../model/contract.ts';
import { hostName, installedUpdate, isoTime, updateId, UPDATE_AGENT_FAILURES } from './shapes.ts';

/** What the update history and the installed updates say, read afresh. */
export default defineScript({
  name: 'Get-UpdateResult',
  file: new URL('./Get-UpdateResult.ps1', import.meta.url),
  effect: 'read',
  timeLimitMs: 120_000,
  parameters: z.strictObject({ HostName: hostName, Since: isoTime, Updates: z.array(updateId) }),
  result: z.strictObject({
    history: z.array(
      z.strictObject({
        id: z.guid(),
        revision: z.int().min(0),
        kb: z.string(),
        result: z.enum(['succeeded', 'succeeded-with-errors', 'failed', 'aborted']),
        hresult: z.string(),
        at: isoTime,
      }),
    ),
    installed: z.array(installedUpdate),
    rebootRequired: z.boolean(),
  }),
  failures: UPDATE_AGENT_FAILURES,
});
