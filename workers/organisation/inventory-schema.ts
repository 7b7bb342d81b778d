import { z } from 'zod';
import { canonicalName, HOST_ROLES } from '../../model/inventory.ts';
import type { HostConnection } from '../../model/inventory.ts';
import { probe } from '../../runbooks/patch-window/input-fields.ts';

const fqdn = z
  .string()
  .transform(canonicalName)
  .refine((name) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name), { error: 'this is not a fully qualified name' })
  .describe('Fully qualified name, such as sql01.corp.example.');

const reference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)$/, 'a value stands where a reference belongs')
  .describe('A reference to the value, never the value itself: env:NAME or file:PATH.');

const PORTS = { local: 22, ssh: 22, winrm: 5986 } as const;

/** Without these a connection of the transport cannot be made: nothing is assumed. */
const NEEDED = { local: [], ssh: ['user', 'keyFile', 'knownHosts'], winrm: ['configuration'] } as const;

const connection = z
  .strictObject({
    transport: z
      .enum(['local', 'ssh', 'winrm'])
      .describe('How the host is reached: local (simulated or this machine), ssh or winrm.'),
    address: z.string().min(1).optional().describe("Name or address to connect to; left out: the host's own name."),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe('Port, 1 to 65535; left out: 22 for ssh and local, 5986 for winrm.'),
    user: reference.optional(),
    keyFile: reference.optional(),
    knownHosts: z.string().min(1).optional().describe('File with the host keys that are trusted, as file:PATH.'),
    configuration: z
      .string()
      .min(1)
      .optional()
      .describe('Name of the PowerShell session configuration (JEA endpoint), for winrm.'),
    mode: z
      .enum(['push', 'installed'])
      .refine((mode) => mode === 'push', {
        error: 'the mode `installed` (a signed module on the host) is not built yet',
      })
      .optional()
      .describe('How scripts come to the host: push, which is also what is meant when it is left out.'),
  })
  .superRefine((given, context) => {
    for (const field of NEEDED[given.transport]) {
      if (given[field] === undefined) {
        context.addIssue({ code: 'custom', path: [field], message: `${given.transport} needs this field` });
      }
    }
  })
  .describe('How the host is reached: { transport: winrm, configuration: FettlePatching }.');

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
    durationClass: z.string().min(1).describe('A class of durationClasses in policies.yaml.'),
    area: z.string().min(1).optional().describe('Production area that has to release the host.'),
  })
  .transform((host) => ({ ...host, connection: complete(host.connection, host.name) }))
  .describe(
    'A host: name, site, os, osVersion, owner, criticality, virtualization, updateSource, connection, durationClass, ...',
  );

/** One management endpoint of `config/inventory.yaml`. */
export const endpointSchema = z
  .strictObject({
    name: fqdn,
    kind: z.enum(['hyper-v', 'vmware', 'monitoring']).describe('hyper-v, vmware or monitoring.'),
    connection,
  })
  .transform((endpoint) => ({ ...endpoint, connection: complete(endpoint.connection, endpoint.name) }))
  .describe('A management endpoint: { name, kind, connection }.');

export const inventorySchema = z
  .strictObject({
    endpoints: z.array(endpointSchema).default([]).describe('List of management endpoints.'),
    hosts: z.array(hostSchema).min(1).describe('List of hosts.'),
  })
  .describe('An object with endpoints and hosts.');

function complete(given: z.output<typeof connection>, name: string): HostConnection {
  return { ...given, address: given.address ?? name, port: given.port ?? PORTS[given.transport] };
}
