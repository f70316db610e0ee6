// CommonJS, since the SDK loads it by `require` and bundles it for the workflows as well.
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
