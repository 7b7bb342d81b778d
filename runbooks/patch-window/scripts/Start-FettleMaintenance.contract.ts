import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { ENDPOINT_SECRETS, isoTime, key, onEndpoint } from './shapes.ts';

/** Starts maintenance mode on every object, or extends it where it is on already. */
export default defineFunction({
  name: 'Start-FettleMaintenance',
  effect: 'idempotent',
  timeLimitMs: 120_000,
  parameters: onEndpoint.safeExtend({
    Objects: z.array(z.string().min(1)).min(1),
    Until: isoTime,
    Comment: z.string().max(250),
    Key: key,
  }),
  result: z.strictObject({
    objects: z.array(z.strictObject({ object: z.string(), inMaintenance: z.boolean(), until: isoTime.nullable() })),
  }),
  secrets: ENDPOINT_SECRETS,
  failures: { FettleMaintenanceRefused: 'MaintenanceFailed' },
});
