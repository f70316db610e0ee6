import { connect } from 'perdure';
import type { Nightly } from './schemas.js';

const shops = [
  { id: 'north', url: 'https://north.example.com' },
  { id: 'south', url: 'https://south.example.com' },
];
const perdure = await connect();
const input: Nightly = { shops, atLeast: 5 };
await perdure.temporal.schedule.create({
  scheduleId: 'nightly-stock',
  spec: { calendars: [{ hour: 2, minute: 30 }] },
  // A night that takes longer than a day is not overtaken by the next.
  policies: { overlap: 'SKIP' },
  action: {
    type: 'startWorkflow',
    workflowType: 'nightlyBatch',
    workflowId: 'nightly-stock',
    taskQueue: 'nightly',
    args: [input],
  },
});
await perdure.close();
