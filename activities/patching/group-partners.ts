import { Context } from '@temporalio/activity';
import type { HostRole, InventoryHost } from '../../model/inventory.ts';
import { canonicalName } from '../../model/inventory.ts';
import type { Limits } from '../../model/plan.ts';
import { failure } from '../failure.ts';
import { failureTypeOf, happenedIn, isSilence } from './call.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readRoles, readState } from './facts.ts';
import { groupFaults } from './group-health.ts';
import { failedProbes, notRunning } from './host-health.ts';

/** Roles of which `groupFaults` knows more than services and probes tell. */
const ROLES_WITH_A_GROUP_PROBE: readonly HostRole[] = ['domain-controller', 'availability-group', 'failover-cluster'];

/**
 * Whether the other members of the host's redundancy group can carry on without it: each is reachable, its services run and its
 * probes pass, also those of its role. Within a run the schedule knows how the other members fared; what an earlier run or a bad
 * night left behind only a look can tell (domain.md, Patch window, Guards: the next starts only after the last one passed the
 * group's probe). Returns what to note. Fails with `GroupUnhealthy`, which names every member that is not fit and why.
 */
export async function heedPartners(site: PatchingDependencies, host: InventoryHost, limits: Limits): Promise<string[]> {
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
  const named = unfit.map(({ partner, faults }) => `${partner.name}: ${faults.join('; ')}`).join('. ');
  const names = unfit.map(({ partner }) => partner.name).join(', ');
  throw failure('GroupUnhealthy', `${host.name} is left alone, since ${redundancyGroup} needs it. ${named}`, {
    host: host.name,
    question: `Not fit in ${redundancyGroup}: ${named}. Mend ${names}, then retry ${host.name}.`,
  });
}

/** What is wrong with one member. What is wrong with this worker is thrown: it says nothing about the member. */
async function faultsOf(
  site: PatchingDependencies,
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
    if (type === undefined || type === 'ShellFailure' || type === 'PowerShellBusy') throw error;
    const from =
      partner.site === host.site
        ? ''
        : ` (it stands at ${partner.site}, and the worker of ${host.site} looked: let that worker reach it, or look yourself)`;
    return [`it could not be looked at, ${happenedIn(error)}${from}`];
  }
}

async function look(site: PatchingDependencies, partner: InventoryHost, limits: Limits): Promise<string[]> {
  const { services } = await readState(site, partner, limits);
  const probesFailed = await failedProbes(site, partner, limits, partner.probes);
  const asksRoles = partner.roles.some((role) => ROLES_WITH_A_GROUP_PROBE.includes(role));
  return [
    ...notRunning(partner.services, services).map(({ name, state }) => `service ${name} is ${state}`),
    ...probesFailed.map(({ probe, detail }) => `probe ${probe} fails (${detail})`),
    ...(asksRoles ? groupFaults(partner, await readRoles(site, partner, limits)) : []),
  ];
}
