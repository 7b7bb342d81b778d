import { z } from 'zod';
import { defineScript } from '../../../model/contract.ts';
import { hostName, isoTime, service, HOST_FAILURES } from './shapes.ts';

/** Boot time, pending reboot, free disk of the system drive, services, state of the installer, last verified backup. */
export default defineScript({
  name: 'Get-HostState',
  file: new URL('./Get-HostState.ps1', import.meta.url),
  effect: 'read',
  timeLimitMs: 60_000,
  parameters: z.strictObject({ HostName: hostName }),
  result: z.strictObject({
    bootTime: isoTime,
    pendingReboot: z.array(z.enum(['component-based-servicing', 'windows-update', 'file-rename'])),
    freeDiskMb: z.number().min(0),
    services: z.array(service),
    installer: z.strictObject({
      busy: z.boolean(),
      servicing: z.boolean(),
      rebootRequired: z.boolean(),
      tasks: z.array(z.string()),
    }),
    lastVerifiedBackupAt: isoTime.nullable(),
  }),
  failures: { ...HOST_FAILURES, FettleTaskRefused: 'TaskRefused' },
});
