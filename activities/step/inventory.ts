import { createHash } from 'node:crypto';
import { canonicalName } from '../../model/inventory.ts';
import type { InventoryEndpoint, InventoryHost } from '../../model/inventory.ts';
import { inventoryDigest } from '../../runbooks/planning/canonical-json.ts';
import { nothingSent } from './bound.ts';
import type { StepDependencies } from './dependencies.ts';
import { failure } from './failure.ts';
import { noteForStep } from './step.ts';

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

/** A host by its name, and its entry as it was planned. */
interface Planned {
  target: string;
  inventoryDigest: string;
}

/**
 * For a step that looks, follows or tidies up: the host's entry as it is now. One that changed is said in the step's notes, since
 * nothing that was begun may be left half done because somebody corrected a comment.
 */
export function hostAsItIs(site: StepDependencies, planned: Planned): InventoryHost {
  const host = findHost(site, planned.target);
  if (!isAsPlanned(host, planned))
    noteForStep([`The inventory entry of ${host.name} changed since the plan was made.`]);
  return host;
}

/** For a step that begins something. Fails with `TargetChanged` when the host's entry is not as it was planned. */
export function hostAsPlanned(site: StepDependencies, planned: Planned): InventoryHost {
  const host = findHost(site, planned.target);
  refuseChanged(host, planned);
  return host;
}

export function refuseChanged(host: InventoryHost, planned: Planned): void {
  if (isAsPlanned(host, planned)) return;
  const message = `The inventory entry of ${host.name} changed since the plan was made.`;
  throw failure('TargetChanged', message, { host: host.name, nothingSent: nothingSent() });
}

export function isAsPlanned(host: InventoryHost, planned: Pick<Planned, 'inventoryDigest'>): boolean {
  return inventoryDigest(host, sha256) === planned.inventoryDigest;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

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
