import { z } from 'zod';
import { defineScript } from '../../../model/contract.ts';
import { hostName, installedUpdate, isoTime, UPDATE_AGENT_FAILURES } from './shapes.ts';

/** Updates that the host is offered and those it has, by a search of its own update source. */
export default defineScript({
  name: 'Get-UpdateState',
  file: new URL('./Get-UpdateState.ps1', import.meta.url),
  effect: 'read',
  timeLimitMs: 300_000,
  parameters: z.strictObject({ HostName: hostName }),
  result: z.strictObject({
    lastScanAt: isoTime.nullable(),
    offered: z.array(
      z.strictObject({
        id: z.guid(),
        revision: z.int().min(0),
        kb: z.string(),
        title: z.string(),
        classification: z.string(),
        sizeMb: z.number().min(0),
        rebootRequired: z.boolean(),
        supersedes: z.array(z.string()),
      }),
    ),
    installed: z.array(installedUpdate),
  }),
  failures: UPDATE_AGENT_FAILURES,
});
