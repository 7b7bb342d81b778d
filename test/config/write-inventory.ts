import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Document, isCollection, isMap, isSeq, visit } from 'yaml';
import { format } from 'oxfmt';
import { generateInventory } from '../../lab/plant/inventory.ts';
import type { HostConnection, Inventory, InventoryHost } from '../../model/inventory.ts';

/** Writes `config/inventory.yaml` anew after the simulated plant has changed: `npx tsx test/config/write-inventory.ts`. */

const HEAD = `# The inventory of the example organisation: 24 servers at two sites, and the jump host that Fettle's worker runs on.
# It describes the simulated plant of 24 hosts with seed 1; every name in it is fictitious. Copy an entry to add a host.
#
# What a field means, and what happens when it is missing, stands in model/inventory.ts. \`npx fettle config check\` finds every error.
# Left out where it says nothing new: connection.address (the host's name), connection.port (22 for ssh and local, 5986 for winrm),
# sharedDisks and controlPlane (false). In production a connection reads, from a Windows worker or from any worker over SSH:
#   connection: { transport: winrm, configuration: FettlePatching }
#   connection: { transport: ssh, user: 'env:PATCH_USER', keyFile: 'file:/run/secrets/patch_key', knownHosts: 'file:/etc/fettle/known_hosts' }

# Management endpoints: hypervisors and monitoring, each with its own connection and credential. vCenter's, for instance:
#   credential: { user: svc-fettle@corp.example, password: 'env:VCENTER_PASSWORD' }
`;

function inventoryYaml({ endpoints, hosts }: Inventory): string {
  const document = new Document({
    endpoints: endpoints.map(({ name, kind, connection }) => ({ name, kind, connection: brief(connection, name) })),
    hosts: hosts.map(entry),
  });
  visit(document, {
    // One line for what a person reads as one thing; a block for hosts and for lists of things.
    Collection: (key, node, path) => {
      const depth = path.filter((above) => isCollection(above)).length;
      const probes = isSeq(node) && node.items.some((item) => isMap(item) && item.has('kind') && depth === 3);
      const block = depth < 2 || (depth === 2 && isMap(node) && node.has('durationClass')) || probes;
      node.flow = !block;
      if (depth === 2 && typeof key === 'number' && key > 0 && block) node.spaceBefore = true;
    },
  });
  const body = document.toString({ lineWidth: 0, singleQuote: true });
  return (
    HEAD + body.replace('\nhosts:\n', '\n\n# Hosts with the same redundancyGroup are never in work together.\nhosts:\n')
  );
}

/** A host's entry in the order in which a person looks for things, without what is understood anyway. */
function entry(host: InventoryHost): Record<string, unknown> {
  const { name, site, os, osVersion, roles, tags, owner, criticality, area, redundancyGroup } = host;
  const { durationClass, updateSource, monitoring, backup, services, probes } = host;
  return {
    name,
    site,
    os,
    osVersion,
    roles,
    tags,
    owner,
    criticality,
    ...(area === undefined ? {} : { area }),
    ...(redundancyGroup === undefined ? {} : { redundancyGroup }),
    ...(host.controlPlane ? { controlPlane: true } : {}),
    durationClass,
    updateSource,
    connection: brief(host.connection, name),
    virtualization: withoutSharedDisks(host.virtualization),
    monitoring,
    backup,
    services,
    probes,
  };
}

function withoutSharedDisks(machine: InventoryHost['virtualization']): unknown {
  if (machine === 'physical' || machine.sharedDisks) return machine;
  const { kind, endpoint, vmId, datastore } = machine;
  return { kind, endpoint, vmId, datastore };
}

function brief({ address, port, ...rest }: HostConnection, name: string): Partial<HostConnection> {
  return { ...rest, ...(address === name ? {} : { address }), ...(port === 22 ? {} : { port }) };
}

/** The text of `config/inventory.yaml` as the simulated plant would have it. */
export async function exampleInventory(): Promise<string> {
  const text = inventoryYaml(generateInventory(24, 1));
  return (await format('inventory.yaml', text, { printWidth: 120, singleQuote: true })).code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('../../config/inventory.yaml', import.meta.url), await exampleInventory());
}
