import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { hostName, service, HOST_FAILURES } from './shapes.ts';

/** Starts a service that ran before and waits until it runs. */
export default defineFunction({
  name: 'Start-FettleService',
  effect: 'idempotent',
  timeLimitMs: 120_000,
  parameters: z.strictObject({ HostName: hostName, Name: z.string().min(1).max(256) }),
  result: service,
  failures: { ...HOST_FAILURES, FettleServiceDown: 'ServiceDown' },
});
