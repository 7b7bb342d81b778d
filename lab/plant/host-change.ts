import { z } from 'zod';
import type { OfferedUpdate, RoleFacts, ServiceFact } from '../../model/patch-window/facts.ts';
import type { Machine } from './machine.ts';

const isoTime = z.iso.datetime({ offset: true });

const roles: z.ZodType<Partial<RoleFacts>> = z.strictObject({
  cluster: z
    .strictObject({
      name: z.string(),
      nodeState: z.enum(['Up', 'Down', 'Paused', 'Joining']),
      drained: z.boolean(),
      ownedGroups: z.array(z.string()),
      quorumSurvivesLoss: z.boolean(),
    })
    .nullable()
    .exactOptional(),
  availabilityGroups: z
    .array(
      z.strictObject({
        name: z.string(),
        localRole: z.enum(['PRIMARY', 'SECONDARY', 'RESOLVING']),
        primaryReplica: z.string(),
        partnerReplica: z.string(),
        databases: z.array(z.strictObject({ name: z.string(), synchronization: z.string(), health: z.string() })),
      }),
    )
    .exactOptional(),
  domainController: z
    .strictObject({
      netlogonShared: z.boolean(),
      sysvolShared: z.boolean(),
      advertising: z.boolean(),
      replicationFailures: z.int().min(0),
    })
    .nullable()
    .exactOptional(),
  guests: z.array(z.string()).exactOptional(),
});

/** Body of `PATCH /hosts/<name>`: only what is given changes. */
export const hostChange = z.strictObject({
  roles: roles.exactOptional(),
  pendingReboot: z.array(z.enum(['component-based-servicing', 'windows-update', 'file-rename'])).exactOptional(),
  lastVerifiedBackupAt: isoTime.nullable().exactOptional(),
  lastScanAt: isoTime.nullable().exactOptional(),
  freeMb: z.number().min(0).exactOptional(),
  offered: z
    .array(
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
    )
    .exactOptional(),
  /** States of services that the host has, by name. */
  services: z.record(z.string(), z.enum(['Running', 'Stopped', 'Paused'])).exactOptional(),
});

/** What a person or a test may change about a machine's facts behind everybody's back. */
export interface HostChange {
  roles?: Partial<RoleFacts>;
  pendingReboot?: string[];
  lastVerifiedBackupAt?: string | null;
  lastScanAt?: string | null;
  freeMb?: number;
  offered?: OfferedUpdate[];
  services?: Record<string, ServiceFact['state']>;
}

/** Throws a RangeError that names every service which the machine does not have; then nothing is changed. */
export function changeMachine(machine: Machine, change: HostChange): void {
  const { roles: roleChange, services, ...facts } = structuredClone(change);
  const states = Object.entries(services ?? {});
  const unknown = states.filter(([name]) => !machine.services.some((service) => service.name === name));
  if (unknown.length > 0)
    throw new RangeError(`${machine.name} has no service ${unknown.map(([name]) => `'${name}'`).join(', ')}.`);
  Object.assign(machine, facts);
  Object.assign(machine.roles, roleChange);
  for (const [name, state] of states)
    for (const service of machine.services) if (service.name === name) service.state = state;
}
