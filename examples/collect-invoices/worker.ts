import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { PerdurePlugin } from 'perdure/worker';
import { Approval, Invoices } from './schemas.js';

const worker = await Worker.create({
  taskQueue: 'invoices',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  // The files go to one folder for each run; several workers want one that they share.
  plugins: [new PerdurePlugin({ schemas: { Approval, Invoices }, files: './invoices' })],
});
await worker.run();
