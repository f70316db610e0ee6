const { startChild, continueAsNew, sleep, condition, setHandler, defineQuery, workflowInfo, isCancellation } = require('@temporalio/workflow');
exports.child = async function child() { try { await condition(() => false, '6 s'); } catch (e) { if (isCancellation(e)) return 'cancelled'; throw e; } return 'ended'; };
exports.parent = async function parent(policy, again) {
  if (again) { await sleep('9 s'); return workflowInfo().historyLength; }
  const c = await startChild(exports.child, { workflowId: `child-${policy}`, parentClosePolicy: policy });
  c.result().catch(() => undefined);
  await continueAsNew(policy, true);
};
