import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { ENDPOINT_SECRETS, isoTime, onEndpoint } from './shapes.ts';

/** Whether monitored objects are in maintenance mode, on the monitoring endpoint. */
export default defineFunction({
  name: 'Get-FettleMaintenance',
  effect: 'read',
  timeLimitMs: 60_000,
  parameters: onEndpoint.safeExtend({ Objects: z.array(z.string().min(1)).min(1) }),
  result: z.strictObject({
    objects: z.array(z.strictObject({ object: z.string(), inMaintenance: z.boolean(), until: isoTime.nullable() })),
  }),
  secrets: ENDPOINT_SECRETS,
  failures: { FettleMaintenanceRefused: 'MaintenanceFailed' },
});
