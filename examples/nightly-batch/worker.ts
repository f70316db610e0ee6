import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { PerdurePlugin } from 'perdure/worker';
import { Stock } from './schemas.js';

const worker = await Worker.create({
  taskQueue: 'nightly',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  plugins: [new PerdurePlugin({ schemas: { Stock } })],
});
await worker.run();
