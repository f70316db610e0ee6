import { Worker, DefaultLogger, Runtime } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
Runtime.install({ logger: new DefaultLogger('ERROR') });
const { startRealServer } = await import('../dist/src/testing/test-server.js');
const s = await startRealServer();
const w = await Worker.create({ connection: s.connection, taskQueue: 'x', workflowsPath: fileURLToPath(new URL('./wf.js', import.meta.url)) });
const running = w.run();
for (const policy of ['REQUEST_CANCEL', 'ABANDON', 'TERMINATE']) {
  await s.client.workflow.execute('parent', { taskQueue: 'x', workflowId: `p-${policy}`, args: [policy, false] });
  const child = s.client.workflow.getHandle(`child-${policy}`);
  const d = await child.describe();
  const result = await child.result().catch((e) => String(e.cause ?? e));
  const h = await s.client.workflow.getHandle(`p-${policy}`).fetchHistory();
  console.log(policy, 'child:', d.status.name, result, '| next execution events:', h.events.map((e) => e.eventType).join(','));
}
w.shutdown(); await running; await s.close(); process.exit(0);
