import { beforeTheTurn, objection } from './guard.ts';
import type { Guard } from './guard.ts';

/** The system drive must have what servicing needs. */
export const freeDisk: Guard = ({ host, facts, limits, moment }) => {
  if (!beforeTheTurn(moment) || facts.freeDiskMb >= limits.freeDiskMb) return [];
  return [
    objection(
      'disk',
      'LowDisk',
      `${host.name} has ${Math.floor(facts.freeDiskMb)} MB free on its system drive; ${limits.freeDiskMb} MB are needed.`,
    ),
  ];
};
