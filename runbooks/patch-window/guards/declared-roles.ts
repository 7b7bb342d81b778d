import type { RoleFacts } from '../../../model/patch-window/facts.ts';
import type { HostRole } from '../../../model/inventory.ts';
import { objection } from './guard.ts';
import type { RoleGuard } from './guard.ts';

interface Declaration {
  role: HostRole;
  holds: (roles: RoleFacts) => boolean;
  what: string;
  /** Roles that imply the same thing on the host. */
  impliedBy?: HostRole[];
}

const DECLARATIONS: Declaration[] = [
  {
    role: 'failover-cluster',
    holds: (roles) => roles.cluster !== null,
    what: 'a failover cluster node',
    // An availability group stands on a failover cluster: its hosts are nodes without being named so.
    impliedBy: ['availability-group'],
  },
  {
    role: 'availability-group',
    holds: (roles) => roles.availabilityGroups.length > 0,
    what: 'a replica of an availability group',
  },
  { role: 'domain-controller', holds: (roles) => roles.domainController !== null, what: 'a domain controller' },
  { role: 'hypervisor', holds: (roles) => roles.guests.length > 0, what: 'a hypervisor with virtual machines' },
];

/**
 * Roles move while a window runs, so they are read at the turn, again right before the install and again right before the reboot:
 * what the host says of itself must agree with the inventory that the plan was made from.
 */
export const declaredRoles: RoleGuard = ({ host, facts, moment }) => {
  const failure = moment === 'planning' ? 'FactMissing' : 'TargetChanged';
  return DECLARATIONS.flatMap(({ role, holds, what, impliedBy = [] }) => {
    const declared = host.roles.includes(role);
    const held = holds(facts.roles);
    const implied = impliedBy.some((other) => host.roles.includes(other));
    // An empty hypervisor is still one: it has nothing to show.
    if (declared === held || (held && implied) || (declared && role === 'hypervisor')) return [];
    const reason = held
      ? `${host.name} is ${what}, but the inventory does not give it the role ${role}.`
      : `The inventory gives ${host.name} the role ${role}, but the host does not say that it is ${what}.`;
    return [
      objection('declared-roles', failure, reason, `${reason} Correct the inventory or the host, then plan again.`),
    ];
  });
};
