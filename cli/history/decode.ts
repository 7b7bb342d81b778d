import type { Client } from '@temporalio/client';
import {
  decodeArrayFromPayloads,
  decodeOptionalSinglePayload,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Payload } from '@temporalio/common';

/** Reads payloads of a history by the client's own data converter, so that codecs apply. */
export interface Decoder {
  /** The value of the first payload, or of the one at `index`; undefined without one. */
  value(payloads: { payloads?: Payload[] | null } | null | undefined, index?: number): Promise<unknown>;
  /** A text such as an activity's summary; the empty string without one. */
  text(payload: Payload | null | undefined): Promise<string>;
}

export function decoderOf(client: Client): Decoder {
  const converter = client.options.loadedDataConverter;
  return {
    value: async (payloads, index = 0) => (await decodeArrayFromPayloads(converter, payloads?.payloads ?? []))[index],
    text: async (payload) => {
      const value = await decodeOptionalSinglePayload<unknown>(converter, payload);
      return typeof value === 'string' ? value : '';
    },
  };
}
