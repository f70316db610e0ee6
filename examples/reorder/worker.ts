import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { PerdurePlugin } from 'perdure/worker';
import { Order, Stock } from './schemas.js';

const worker = await Worker.create({
  taskQueue: 'shop',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  plugins: [new PerdurePlugin({ schemas: { Order, Stock } })],
});
await worker.run();
