import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { artefact, endpoint, ENDPOINT_SECRETS, key } from './shapes.ts';

/** Removes one snapshot of ours by its name; absent already is done. */
export default defineFunction({
  name: 'Remove-FettleSnapshot',
  effect: 'idempotent',
  timeLimitMs: 1_800_000,
  parameters: z.strictObject({ ...endpoint, VmId: z.string(), Name: artefact, Key: key }),
  result: z.strictObject({ removed: z.boolean() }),
  secrets: ENDPOINT_SECRETS,
  failures: { FettleSnapshotFailed: 'SnapshotRemovalFailed' },
});
