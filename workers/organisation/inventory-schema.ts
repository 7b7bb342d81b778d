import { z } from 'zod';
import { HOST_ROLES } from '../../model/inventory.ts';
import { probe } from '../../runbooks/input/fields.ts';
import { complete, connection, fqdn, reference } from './connection-schema.ts';

const virtualMachine = z.strictObject({
  kind: z.enum(['hyper-v', 'vmware']).describe('hyper-v or vmware.'),
  endpoint: fqdn.describe("Name of the hypervisor's or vCenter's management endpoint, one of endpoints."),
  vmId: z.string().min(1).describe("The hypervisor's own id of the virtual machine."),
  datastore: z.string().min(1).describe('Name of the datastore or volume that holds its disks.'),
  sharedDisks: z.boolean().default(false).describe('true when it shares disks with another machine: no snapshot then.'),
});

const texts = (what: string) => z.array(z.string().min(1)).describe(what);

/** One host of `config/inventory.yaml`. */
export const hostSchema = z
  .strictObject({
    name: fqdn,
    site: z.string().min(1).describe('Name of a site of sites.yaml.'),
    os: z.string().min(1).describe('Operating system, such as Windows Server 2022.'),
    osVersion: z.string().min(1).describe('Version as Windows reports it, in quotes: "10.0.20348".'),
    roles: z
      .array(z.enum(HOST_ROLES))
      .default([])
      .describe(`List of roles: ${HOST_ROLES.join(', ')}.`),
    tags: texts('List of tags, by which windows choose hosts.').default([]),
    owner: z.string().min(1).describe('Team that owns the host.'),
    criticality: z.enum(['low', 'medium', 'high']).describe('low, medium or high.'),
    redundancyGroup: z
      .string()
      .regex(/^[\w.-]+$/, 'a name of letters, digits, dots and hyphens is needed')
      .optional()
      .describe('Name of the group of which at most one host may be in work.'),
    controlPlane: z.boolean().default(false).describe('true for hosts that Fettle or patching itself leans on.'),
    virtualization: z
      .union([z.literal('physical'), virtualMachine])
      .describe('physical, or { kind, endpoint, vmId, datastore }.'),
    monitoring: z
      .strictObject({
        endpoint: fqdn.describe('Name of the monitoring endpoint, one of endpoints.'),
        objects: texts('List of monitored objects of the host.').min(1),
      })
      .optional()
      .describe('Where maintenance mode is set: { endpoint, objects }.'),
    updateSource: z
      .enum(['wsus', 'microsoft-update', 'offline-catalogue'])
      .describe('wsus, microsoft-update or offline-catalogue.'),
    connection,
    backup: z
      .strictObject({
        product: z.string().min(1).describe('Product that makes the backup.'),
        maxAgeHours: z.number().gt(0).max(8760).describe('How old the last verified backup may be, in hours.'),
      })
      .optional()
      .describe('Backup policy: { product, maxAgeHours }.'),
    services: texts('List of services that must run after patching, besides those that ran before.').default([]),
    probes: z.array(probe).default([]).describe('List of health probes.'),
    durationClass: z.string().min(1).describe('A class of durationClasses in patch-window.yaml.'),
    area: z.string().min(1).optional().describe('Production area that has to release the host.'),
  })
  .transform((host) => ({ ...host, connection: complete(host.connection, host.name) }))
  .describe(
    'A host: name, site, os, osVersion, owner, criticality, virtualization, updateSource, connection, durationClass, ...',
  );

const credential = z
  .strictObject({
    user: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\$-]{0,255}$/, 'an account name is needed, such as svc-fettle@corp.example')
      .describe('Name of the account, such as svc-fettle@corp.example.'),
    password: reference,
  })
  .describe("What the endpoint's tools sign in with: { user: svc-fettle@corp.example, password: env:NAME }.");

const endpointIdentity = {
  name: fqdn,
  kind: z.enum(['hyper-v', 'vmware', 'monitoring']).describe('hyper-v, vmware or monitoring.'),
};

/** What hosts refer to: known also of an endpoint that is wrong in other fields. */
export const endpointIdentitySchema = z.object(endpointIdentity);

/** One management endpoint of `config/inventory.yaml`. */
const endpointSchema = z
  .strictObject({
    ...endpointIdentity,
    connection,
    credential: credential.optional(),
  })
  .refine(({ kind, credential: given }) => kind !== 'hyper-v' || given === undefined, {
    path: ['credential'],
    error: 'a Hyper-V host takes the account of its connection; leave the credential out',
  })
  .transform((endpoint) => ({ ...endpoint, connection: complete(endpoint.connection, endpoint.name) }))
  .describe('A management endpoint: { name, kind, connection, credential }.');

export const inventorySchema = z
  .strictObject({
    endpoints: z.array(endpointSchema).default([]).describe('List of management endpoints.'),
    hosts: z.array(hostSchema).min(1).describe('List of hosts.'),
  })
  .describe('An object with endpoints and hosts.');
