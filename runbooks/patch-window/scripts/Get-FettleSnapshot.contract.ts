import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { ENDPOINT_SECRETS, isoTime, onEndpoint } from './shapes.ts';

/** Snapshots of a virtual machine, and the state of its datastore, on the hypervisor endpoint. */
export default defineFunction({
  name: 'Get-FettleSnapshot',
  effect: 'read',
  timeLimitMs: 60_000,
  parameters: onEndpoint.safeExtend({ VmId: z.string(), Datastore: z.string() }),
  result: z.strictObject({
    snapshots: z.array(z.strictObject({ name: z.string(), createdAt: isoTime, comment: z.string() })),
    datastore: z.strictObject({ name: z.string(), freeGb: z.number(), snapshots: z.int().min(0) }),
  }),
  secrets: ENDPOINT_SECRETS,
  failures: {},
});
