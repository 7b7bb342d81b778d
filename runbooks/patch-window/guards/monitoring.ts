import { beforeTheTurn, note } from './guard.ts';
import type { Guard } from './guard.ts';

/** A host without monitoring gets no maintenance mode: whoever is on duty has to know. */
export const monitoring: Guard = ({ host, moment }) => {
  if (!beforeTheTurn(moment) || host.monitoring !== undefined) return [];
  return [
    note('monitoring', `${host.name}: the inventory names no monitoring objects, so no maintenance mode is set.`),
  ];
};
