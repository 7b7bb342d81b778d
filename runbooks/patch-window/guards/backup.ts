import { beforeTheTurn, note, objection } from './guard.ts';
import type { Guard } from './guard.ts';

const HOUR_MS = 3_600_000;

/**
 * A host with neither a snapshot nor a recent verified backup has no way back: it is refused. Its own backup policy says what
 * recent is; a host without one goes by the organisation's limit.
 */
export const backup: Guard = ({ host, facts, limits, snapshot, now, moment }) => {
  if (!beforeTheTurn(moment)) return [];
  const maxAgeMs = host.backup === undefined ? limits.backupMaxAgeMs : host.backup.maxAgeHours * HOUR_MS;
  const at = facts.lastVerifiedBackupAt;
  if (at !== null && Date.parse(now) - Date.parse(at) <= maxAgeMs) return [];
  const found = at === null ? 'no verified backup is known' : `the last verified backup is of ${at}`;
  const wanted = `${found}; it may be ${Math.round(maxAgeMs / HOUR_MS)} hours old`;
  if (snapshot) return [note('backup', `${host.name}: ${wanted}. Only the snapshot leads back.`)];
  return [objection('backup', 'BackupMissing', `${host.name}: ${wanted}, and no snapshot is taken.`)];
};
