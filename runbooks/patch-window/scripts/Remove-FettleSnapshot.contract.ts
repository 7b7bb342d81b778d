import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { artefact, ENDPOINT_SECRETS, key, onEndpoint } from './shapes.ts';

/** Removes one snapshot of ours by its name; absent already is done. */
export default defineFunction({
  name: 'Remove-FettleSnapshot',
  effect: 'idempotent',
  timeLimitMs: 1_800_000,
  parameters: onEndpoint.safeExtend({ VmId: z.string(), Name: artefact, Key: key }),
  result: z.strictObject({ removed: z.boolean() }),
  secrets: ENDPOINT_SECRETS,
  failures: { FettleSnapshotFailed: 'SnapshotRemovalFailed' },
});
