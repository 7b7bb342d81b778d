'use strict';
const { DefaultFailureConverter } = require('@temporalio/common');

/** The SDK drops the cause of a time-out: the failure of the attempt before, which tells whether a step had begun at all. */
class FailureConverter extends DefaultFailureConverter {
  /**
   * @override
   * @param {Parameters<DefaultFailureConverter['failureToError']>[0]} failure
   * @param {Parameters<DefaultFailureConverter['failureToError']>[1]} payloadConverter
   * @param {Parameters<DefaultFailureConverter['failureToError']>[2]} [context]
   */
  failureToError(failure, payloadConverter, context) {
    const error = super.failureToError(failure, payloadConverter, context);
    if (failure.timeoutFailureInfo) {
      error.cause = this.optionalFailureToOptionalError(failure.cause, payloadConverter, context);
    }
    return error;
  }
}

// Messages stay readable in the Web UI for as long as no codec encrypts payloads; the codec turns this on with it.
exports.failureConverter = new FailureConverter({ encodeCommonAttributes: false });
