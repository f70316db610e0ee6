import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { PerdurePlugin } from 'perdure/worker';
import { Approval, Invoice, Receipt } from './schemas.js';

const worker = await Worker.create({
  taskQueue: 'payments',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  plugins: [new PerdurePlugin({ schemas: { Invoice, Approval, Receipt } })],
});
await worker.run();
