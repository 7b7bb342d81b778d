import { fileURLToPath } from 'node:url';
import type { DataConverter, PayloadCodec } from '@temporalio/common';

/** Address of the payload converter; the workflow bundle needs it as well. */
export const payloadConverterPath = fileURLToPath(new URL('./payload-converter.cjs', import.meta.url));
/** Address of the failure converter; the workflow bundle needs it as well. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/** Codecs in the order in which they are applied on encoding. Encryption takes its place here. */
const payloadCodecs: PayloadCodec[] = [];

/**
 * The one seam through which every payload passes: give it to each client, worker and replay,
 * and bundle workflows with the same paths.
 */
export const dataConverter: DataConverter = { payloadConverterPath, failureConverterPath, payloadCodecs };
