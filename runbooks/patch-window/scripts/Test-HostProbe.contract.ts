import { z } from 'zod';
import { defineScript } from '../../../model/contract.ts';
import { hostName, HOST_FAILURES } from './shapes.ts';

/** Runs the health probes of the inventory on the host itself. */
export default defineScript({
  name: 'Test-HostProbe',
  file: new URL('./Test-HostProbe.ps1', import.meta.url),
  effect: 'read',
  timeLimitMs: 120_000,
  parameters: z.strictObject({
    HostName: hostName,
    Probes: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('service'), name: z.string() }),
        z.strictObject({ kind: z.literal('tcp'), port: z.int().min(1).max(65535) }),
        z.strictObject({ kind: z.literal('http'), url: z.url(), expectStatus: z.int() }),
        z.strictObject({ kind: z.literal('sql-login'), instance: z.string() }),
      ]),
    ),
  }),
  result: z.strictObject({
    probes: z.array(z.strictObject({ probe: z.string(), ok: z.boolean(), detail: z.string() })),
  }),
  failures: HOST_FAILURES,
});
