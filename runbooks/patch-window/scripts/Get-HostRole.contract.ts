import { z } from 'zod';
import { defineScript } from '../../../model/contract.ts';
import { hostName, HOST_FAILURES } from './shapes.ts';

/** Roles as the host itself sees them now: cluster node, availability-group replica, domain controller, hypervisor. */
export default defineScript({
  name: 'Get-HostRole',
  file: new URL('./Get-HostRole.ps1', import.meta.url),
  effect: 'read',
  timeLimitMs: 60_000,
  parameters: z.strictObject({ HostName: hostName }),
  result: z.strictObject({
    cluster: z
      .strictObject({
        name: z.string(),
        nodeState: z.enum(['Up', 'Down', 'Paused', 'Joining']),
        drained: z.boolean(),
        ownedGroups: z.array(z.string()),
        quorumSurvivesLoss: z.boolean(),
      })
      .nullable(),
    availabilityGroups: z.array(
      z.strictObject({
        name: z.string(),
        localRole: z.enum(['PRIMARY', 'SECONDARY', 'RESOLVING']),
        primaryReplica: z.string(),
        partnerReplica: z.string(),
        databases: z.array(z.strictObject({ name: z.string(), synchronization: z.string(), health: z.string() })),
      }),
    ),
    domainController: z
      .strictObject({
        netlogonShared: z.boolean(),
        sysvolShared: z.boolean(),
        advertising: z.boolean(),
        replicationFailures: z.int().min(0),
      })
      .nullable(),
    guests: z.array(z.string()),
  }),
  failures: HOST_FAILURES,
});
