'use strict';
// CommonJS, because the SDK loads this file by `require` in Node and by webpack into the workflow sandbox: both take it as it is.
const { defaultPayloadConverter } = require('@temporalio/common');

/** @typedef {import('@temporalio/common').Payload} Payload */
/** @typedef {import('@temporalio/common').PayloadConverter} PayloadConverter */

/**
 * Decoding never throws: one message with broken bytes, which anybody may send, would otherwise fail every workflow task
 * of its run for ever. The marked value that stands in its place has none of the fields a handler looks for, so that the
 * handler refuses it in words.
 *
 * @implements {PayloadConverter}
 */
class TolerantPayloadConverter {
  /**
   * @template T
   * @param {T} value
   * @returns {Payload}
   */
  toPayload(value) {
    return defaultPayloadConverter.toPayload(value);
  }

  /**
   * @template T
   * @param {Payload} payload
   * @returns {T}
   */
  fromPayload(payload) {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch (error) {
      const malformedPayload = error instanceof Error ? error.message : String(error);
      return /** @type {T} */ ({ malformedPayload });
    }
  }
}

exports.payloadConverter = new TolerantPayloadConverter();
