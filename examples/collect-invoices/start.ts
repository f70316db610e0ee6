import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { CollectInput } from './schemas.js';
import type { collectInvoices } from './workflows.js';

const month = process.argv[2] ?? new Date().toISOString().slice(0, 7);
const input: CollectInput = {
  month,
  sites: [
    { name: 'power', url: 'https://power.example.com' },
    { name: 'rent', url: 'https://rent.example.com' },
    { name: 'phone', url: 'https://phone.example.com' },
  ],
  budget: { runs: 6, minutes: 120 },
};

const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = await Connection.connect(connectionOptions);
const { workflow } = new Client({ connection, namespace });
const workflowId = `invoices-${month}`; // the same month is the same workflow
const handle = await workflow.start<typeof collectInvoices>('collectInvoices', {
  args: [input],
  workflowId,
  taskQueue: 'invoices',
});
console.log(JSON.stringify(await handle.result(), null, 2));
await connection.close();
