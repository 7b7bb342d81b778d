import type { SiteActivities } from '../../model/activities.ts';
import type { RoleFacts } from '../../model/facts.ts';
import { roleGuards } from '../../runbooks/patch-window/guards/index.ts';
import type { PatchingDependencies } from './dependencies.ts';
import { readRoles } from './facts.ts';
import { beating } from './heartbeat.ts';
import { findHost } from './inventory-lookup.ts';
import { heed } from './objections.ts';

/**
 * Roles move while a window runs, so they are read again right before the install and right before the reboot
 * (domain.md, Patch window, Guards).
 */
export function confirmRoles(site: PatchingDependencies): SiteActivities['confirmRoles'] {
  return ({ target, settings, before }) =>
    beating(async () => {
      const host = findHost(site, target.host);
      const roles = await readRoles(site, host, settings.limits);
      const moment = before === 'install' ? 'before-install' : 'before-reboot';
      heed(roleGuards({ host, facts: { roles }, moment }), host.name);
      return describe(roles);
    });
}

function describe({ cluster, availabilityGroups, domainController, guests }: RoleFacts): string {
  const lines = [
    ...(cluster === null ? [] : [`node ${cluster.nodeState} of cluster ${cluster.name}`]),
    ...availabilityGroups.map(({ name, localRole }) => `${localRole} in ${name}`),
    ...(domainController === null ? [] : ['domain controller, healthy']),
    ...(guests.length === 0 ? [] : [`hypervisor of ${guests.length} machines`]),
  ];
  return lines.length === 0 ? 'no clustered role' : lines.join(', ');
}
