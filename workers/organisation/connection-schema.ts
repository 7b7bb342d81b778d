import { z } from 'zod';
import { canonicalName } from '../../model/inventory.ts';
import type { HostConnection } from '../../model/inventory.ts';

/** A fully qualified name in its canonical spelling. */
export const fqdn = z
  .string()
  .transform(canonicalName)
  .refine((name) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name), { error: 'this is not a fully qualified name' })
  .describe('Fully qualified name, such as sql01.corp.example.');

/** Where a value is to be found that must not stand here. */
export const reference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)$/, 'a value stands where a reference belongs')
  .regex(/^(?!file:)|^file:(\/|[A-Za-z]:[\\/])/, 'a file is named by its whole path')
  .describe('A reference to the value, never the value itself: env:NAME or file:PATH.');

const PORTS = { local: 22, ssh: 22, winrm: 5986 } as const;

/** A name, or an IPv6 address. */
const ADDRESS = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$|^(?=.*:.*:)[0-9A-Fa-f:.]{2,45}$/;

/** Without these a connection of the transport cannot be made: nothing is assumed. */
const NEEDED = { local: [], ssh: ['user', 'keyFile', 'knownHosts'], winrm: ['configuration'] } as const;

/** How a host or endpoint is reached. */
export const connection = z
  .strictObject({
    transport: z
      .enum(['local', 'ssh', 'winrm'])
      .describe('How the host is reached: local (simulated or this machine), ssh or winrm.'),
    address: z
      .string()
      .regex(ADDRESS, 'this is no name and no IP address')
      .optional()
      .describe(
        "Name or address to connect to, for winrm a name, since Kerberos has no ticket for an IP address; left out: the host's own name.",
      ),
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
    if (given.transport === 'winrm' && given.address !== undefined && isIpAddress(given.address)) {
      context.addIssue({
        code: 'custom',
        path: ['address'],
        message: 'this is an IP address, and winrm needs a name',
      });
    }
  })
  .describe('How the host is reached: { transport: winrm, configuration: FettlePatching }.');

/** Fills in what a connection leaves out: the host's own name, and the port of its transport. */
export function complete(given: z.output<typeof connection>, name: string): HostConnection {
  return { ...given, address: given.address ?? name, port: given.port ?? PORTS[given.transport] };
}

/** Whether an address is read as IP address: IPv6, or a last part that is a number. `10.1` and `0x0a000001` are ones too. */
function isIpAddress(address: string): boolean {
  return address.includes(':') || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(address);
}
