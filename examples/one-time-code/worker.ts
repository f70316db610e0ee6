import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { PerdurePlugin } from 'perdure/worker';
import { Receipt } from './schemas.js';

const worker = await Worker.create({
  taskQueue: 'forms',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  plugins: [new PerdurePlugin({ schemas: { Receipt } })],
});
await worker.run();
