'use strict';
const { DefaultFailureConverter } = require('@temporalio/common');

// Messages stay readable in the Web UI for as long as no codec encrypts payloads; the codec turns this on with it.
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: false });
