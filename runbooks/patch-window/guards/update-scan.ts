import { beforeTheTurn, objection } from './guard.ts';
import type { Guard } from './guard.ts';

const DAY_MS = 86_400_000;

/** What a host offers by an old scan proves nothing. */
export const updateScan: Guard = ({ host, facts, limits, now, moment }) => {
  if (!beforeTheTurn(moment)) return [];
  const at = facts.lastScanAt;
  if (at !== null && Date.parse(now) - Date.parse(at) <= limits.scanMaxAgeMs) return [];
  const found =
    at === null ? 'never scanned its update source successfully' : `scanned its update source last at ${at}`;
  const days = Math.round(limits.scanMaxAgeMs / DAY_MS);
  return [
    objection(
      'update-scan',
      'ScanStale',
      `${host.name} ${found}; a scan may be ${days} days old.`,
      `Let ${host.name} scan its update source (${host.updateSource}) successfully, then retry it.`,
    ),
  ];
};
