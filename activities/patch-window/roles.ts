import type { PatchActivities } from '../../model/patch-window/activities.ts';
import type { RoleFacts } from '../../model/patch-window/facts.ts';
import { roleGuards } from '../../runbooks/patch-window/guards/index.ts';
import type { StepDependencies } from '../step/dependencies.ts';
import { hostAsItIs } from '../step/inventory.ts';
import { step } from '../step/step.ts';
import { readRoles } from './host-facts.ts';
import { heed } from './objections.ts';

/** Roles move while a window runs, so they are read again right before the install and right before the reboot. */
export function confirmRoles(site: StepDependencies): PatchActivities['confirmRoles'] {
  return (request) =>
    step(async () => {
      const host = hostAsItIs(site, request);
      const roles = await readRoles(site, host, request.limits);
      const moment = request.before === 'install' ? 'before-install' : 'before-reboot';
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
