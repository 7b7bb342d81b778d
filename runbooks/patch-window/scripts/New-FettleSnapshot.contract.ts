import { z } from 'zod';
import { defineFunction } from '../../../model/contract.ts';
import { artefact, ENDPOINT_SECRETS, isoTime, key, onEndpoint } from './shapes.ts';

/** Takes an application-consistent snapshot, unless one of that name exists already. */
export default defineFunction({
  name: 'New-FettleSnapshot',
  effect: 'idempotent',
  timeLimitMs: 600_000,
  parameters: onEndpoint.safeExtend({
    VmId: z.string(),
    Name: artefact,
    Comment: z.string().max(250),
    Key: key,
  }),
  result: z.strictObject({ name: artefact, createdAt: isoTime, quiesced: z.boolean() }),
  secrets: ENDPOINT_SECRETS,
  failures: { FettleSnapshotFailed: 'SnapshotFailed', FettleDatastoreFull: 'DatastoreFull' },
});
