import { z } from 'zod';
import { defineScript } from '../../../model/contract.ts';
import { hostName, isoTime, key, HOST_FAILURES } from './shapes.ts';

/** Asks for the reboot, unless the boot time differs from BootTimeBefore already. */
export default defineScript({
  name: 'Restart-PatchHost',
  file: new URL('./Restart-PatchHost.ps1', import.meta.url),
  effect: 'idempotent',
  timeLimitMs: 60_000,
  parameters: z.strictObject({ HostName: hostName, Key: key, BootTimeBefore: isoTime, Reason: z.string().max(500) }),
  result: z.strictObject({ requested: z.boolean(), bootTime: isoTime }),
  failures: HOST_FAILURES,
});
