import { canonicalName } from '../../model/inventory.ts';
import type { InventoryEndpoint, InventoryHost, VirtualMachine } from '../../model/inventory.ts';
import type { EndpointParameters } from '../../runbooks/patch-window/scripts/shapes.ts';
import { failure } from '../failure.ts';
import type { PatchingDependencies } from './dependencies.ts';

/** The host's entry in the inventory as it is now. Fails with `TargetChanged` when the inventory has it no longer. */
export function findHost(site: PatchingDependencies, name: string): InventoryHost {
  const wanted = canonicalName(name);
  const host = site.organisation().inventory.hosts.find((entry) => canonicalName(entry.name) === wanted);
  if (host !== undefined) return host;
  throw failure('TargetChanged', `${wanted} is not in the inventory any more.`, { host: wanted });
}

/** A management endpoint that `host` refers to. Fails with `FactMissing` when the inventory does not describe it. */
export function findEndpoint(site: PatchingDependencies, name: string, host: InventoryHost): InventoryEndpoint {
  const wanted = canonicalName(name);
  const endpoint = site.organisation().inventory.endpoints.find((entry) => canonicalName(entry.name) === wanted);
  if (endpoint !== undefined) return endpoint;
  const question = `How is the endpoint ${wanted} of ${host.name} reached? Add it to the inventory's endpoints, then retry ${host.name}.`;
  throw failure('FactMissing', `The inventory of ${host.name} names the endpoint ${wanted} and does not describe it.`, {
    host: host.name,
    question,
  });
}

/** What every script on an endpoint is told of it: its name, and the credential, whose password is still a reference. */
export function endpointParameters({ name, credential }: InventoryEndpoint): EndpointParameters {
  if (credential === undefined) return { EndpointName: name };
  return { EndpointName: name, EndpointUser: credential.user, EndpointSecret: credential.password };
}

/** The virtual machine behind a host. Fails with `SnapshotFailed` for a physical one, of which no snapshot can be taken. */
export function virtualMachineOf(host: InventoryHost): VirtualMachine {
  if (host.virtualization !== 'physical') return host.virtualization;
  throw failure('SnapshotFailed', `${host.name} is physical in the inventory: no snapshot of it can be taken.`, {
    host: host.name,
  });
}
