import { Context } from '@temporalio/activity';
import { canonicalName, type HostRole, type InventoryHost } from '../../model/inventory.ts';
import type { RoleFacts } from '../../model/patch-window/facts.ts';
import type { Limits } from '../../model/plan.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { failure, failureTypeOf, happenedIn, isSilence } from '../step/failure.ts';
import { failedProbes, notRunning, readRoles, readState, type HostState } from './host-facts.ts';

/** Roles of which `groupFaults` knows more than services and probes tell. */
const ROLES_WITH_A_GROUP_PROBE: readonly HostRole[] = ['domain-controller', 'availability-group', 'failover-cluster'];

/**
 * Whether the other members of the host's redundancy group can carry on without it: each is reachable, its services run and its
 * probes pass, also those of its role; the next member starts only after the last one passed. Within a run the schedule knows how
 * the other members fared; what an earlier run or a bad night left behind only a look can tell. Returns what to note. Fails with
 * `GroupUnhealthy`, which names every member that is not fit and why.
 */
export async function heedPartners(site: StepDependencies, host: InventoryHost, limits: Limits): Promise<string[]> {
  const { redundancyGroup } = host;
  if (redundancyGroup === undefined) return [];
  const partners = site
    .organisation()
    .inventory.hosts.filter(
      (other) => other.redundancyGroup === redundancyGroup && canonicalName(other.name) !== canonicalName(host.name),
    );
  if (partners.length === 0)
    return [`${host.name} is the only member of ${redundancyGroup} in the inventory: nothing takes over from it.`];
  const looks = await Promise.all(
    partners.map(async (partner) => ({ partner, faults: await faultsOf(site, host, partner, limits) })),
  );
  const unfit = looks.filter(({ faults }) => faults.length > 0);
  if (unfit.length === 0) return [];
  const named = unfit
    .map(({ partner, faults }) => `${partner.name}: ${faults.join('; ')}`.replace(/\.$/, ''))
    .join('. ');
  const names = unfit.map(({ partner }) => partner.name).join(', ');
  throw failure('GroupUnhealthy', `${host.name} is left alone, since ${redundancyGroup} needs it. ${named}`, {
    host: host.name,
    question: `Not fit in ${redundancyGroup}: ${named}. Mend ${names}, then retry ${host.name}.`,
  });
}

/** What is wrong with one member. What is wrong with this worker is thrown: it says nothing about the member. */
async function faultsOf(
  site: StepDependencies,
  host: InventoryHost,
  partner: InventoryHost,
  limits: Limits,
): Promise<string[]> {
  try {
    return await look(site, partner, limits).catch(async (error: unknown) => {
      if (!isSilence(error)) throw error;
      await Context.current().sleep(limits.retryFirstMs);
      return look(site, partner, limits);
    });
  } catch (error) {
    const type = failureTypeOf(error);
    if (type === undefined || type === 'ShellFailure' || type === 'ScriptsDiffer') throw error;
    const from =
      partner.site === host.site
        ? ''
        : ` (it stands at ${partner.site}, and the worker of ${host.site} looked: let that worker reach it, or look yourself)`;
    return [`it could not be looked at, ${happenedIn(error)}${from}`];
  }
}

async function look(site: StepDependencies, partner: InventoryHost, limits: Limits): Promise<string[]> {
  return await unfitness(site, partner, await readState(site, partner, limits), limits);
}

/** What is wrong with a member whose state was read: services, probes, what its role tells of the group. */
export async function unfitness(
  site: StepDependencies,
  partner: InventoryHost,
  { services, installer }: HostState,
  limits: Limits,
): Promise<string[]> {
  const probesFailed = await failedProbes(site, partner, limits, partner.probes);
  const asksRoles = partner.roles.some((role) => ROLES_WITH_A_GROUP_PROBE.includes(role));
  return [
    ...installer.tasks.map((task) => `${task} still runs`),
    ...(installer.servicing ? ['servicing has not finished'] : []),
    ...notRunning(partner.services, services).map(({ name, state }) => `service ${name} is ${state}`),
    ...probesFailed.map(({ probe, detail }) => `probe ${probe} fails (${detail})`),
    ...(asksRoles ? groupFaults(partner, await readRoles(site, partner, limits)) : []),
  ];
}

/**
 * The probe of a redundancy group, which must pass before another member is touched: a domain controller shares NETLOGON and
 * SYSVOL, advertises and replicates without error; an availability group's databases are SYNCHRONIZED and HEALTHY. Returns what is
 * wrong; the members of other groups are as healthy as their own probes say.
 */
export function groupFaults(host: InventoryHost, roles: RoleFacts): string[] {
  return [...controllerFaults(host, roles), ...availabilityFaults(host, roles), ...clusterFaults(host, roles)];
}

function controllerFaults(host: InventoryHost, { domainController }: RoleFacts): string[] {
  if (domainController === null)
    return host.roles.includes('domain-controller') ? ['it does not say that it is a domain controller'] : [];
  const faults: string[] = [];
  if (!domainController.netlogonShared) faults.push('NETLOGON is not shared');
  if (!domainController.sysvolShared) faults.push('SYSVOL is not shared');
  if (!domainController.advertising) faults.push('it does not advertise as a domain controller');
  if (domainController.replicationFailures > 0)
    faults.push(`replication failures: ${domainController.replicationFailures}`);
  return faults;
}

function availabilityFaults(host: InventoryHost, { availabilityGroups }: RoleFacts): string[] {
  if (availabilityGroups.length === 0)
    return host.roles.includes('availability-group') ? ['it does not show its availability group'] : [];
  return availabilityGroups.flatMap(({ name, localRole, databases }) => [
    ...(localRole === 'RESOLVING' ? [`its replica of ${name} is RESOLVING`] : []),
    ...databases
      .filter(({ synchronization, health }) => synchronization !== 'SYNCHRONIZED' || health !== 'HEALTHY')
      .map((database) => `${database.name} in ${name} is ${database.synchronization}, ${database.health}`),
  ]);
}

/** A node that was paused for its turn may stay paused; one that is down or still joining is missing from its cluster. */
function clusterFaults(host: InventoryHost, { cluster }: RoleFacts): string[] {
  if (cluster === null)
    return host.roles.includes('failover-cluster') ? ['it does not say that it is a cluster node'] : [];
  const present = cluster.nodeState === 'Up' || cluster.nodeState === 'Paused';
  return present ? [] : [`its node of cluster ${cluster.name} is ${cluster.nodeState}`];
}
