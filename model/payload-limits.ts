/** Bytes of one payload that a server has to take: planning sends up to 1.8 MB of facts. */
export const PAYLOAD_BYTES = 2 * 1024 * 1024;

/** Bytes above which the server is to warn: half of what it does by itself, since only plans and facts may be larger. */
export const PAYLOAD_WARN_BYTES = 256 * 1024;

/** Both by their keys in the server's dynamic configuration. */
export const PAYLOAD_LIMITS = {
  'limit.blobSize.error': PAYLOAD_BYTES,
  'limit.blobSize.warn': PAYLOAD_WARN_BYTES,
} as const;
