import { REDUNDANT_ROLES } from '../../../model/inventory.ts';
import { objection } from './guard.ts';
import type { RoleGuard } from './guard.ts';

/**
 * At most one member of a redundancy group is in work at a time: a host whose role comes in pairs or sets
 * and that names no group cannot be kept apart from its partners.
 */
export const redundancyGroup: RoleGuard = ({ host }) => {
  const paired = host.roles.filter((role) => REDUNDANT_ROLES.includes(role));
  if (paired.length === 0 || host.redundancyGroup !== undefined) return [];
  return [
    objection(
      'redundancy-group',
      'FactMissing',
      `${host.name} is ${paired.join(' and ')}, but the inventory names no redundancy group for it.`,
      `Which hosts carry on while ${host.name} is down? Give them and it one redundancyGroup in the inventory, then plan again.`,
    ),
  ];
};
