import { canonicalName } from '../../model/inventory.ts';
import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import type { StepDependencies } from './dependencies.ts';
import { failure } from './failure.ts';

/** What every script on an endpoint is told of it. The credential's password is still a reference. */
export interface EndpointParameters {
  EndpointName: string;
  EndpointUser?: string;
  EndpointSecret?: string;
}

/** The host's entry in the inventory as it is now. Fails with `TargetChanged` when the inventory has it no longer. */
export function findHost(site: StepDependencies, name: string): InventoryHost {
  const wanted = canonicalName(name);
  const host = site.organisation().inventory.hosts.find((entry) => canonicalName(entry.name) === wanted);
  if (host !== undefined) return host;
  throw failure('TargetChanged', `${wanted} is not in the inventory any more.`, { host: wanted });
}

/** A management endpoint that `host` refers to. Fails with `FactMissing` when the inventory does not describe it. */
export function findEndpoint(site: StepDependencies, name: string, host: InventoryHost): InventoryEndpoint {
  const wanted = canonicalName(name);
  const endpoint = site.organisation().inventory.endpoints.find((entry) => canonicalName(entry.name) === wanted);
  if (endpoint !== undefined) return endpoint;
  const question = `How is the endpoint ${wanted} of ${host.name} reached? Add it to the inventory's endpoints, then retry ${host.name}.`;
  throw failure('FactMissing', `The inventory of ${host.name} names the endpoint ${wanted} and does not describe it.`, {
    host: host.name,
    question,
  });
}

export function endpointParameters({ name, credential }: InventoryEndpoint): EndpointParameters {
  if (credential === undefined) return { EndpointName: name };
  return { EndpointName: name, EndpointUser: credential.user, EndpointSecret: credential.password };
}
