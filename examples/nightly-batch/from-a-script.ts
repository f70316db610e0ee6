import { anchor, connect } from 'perdure';
import { type Shop, Stock } from './schemas.js';

const [, , items = 'shops.jsonl', resultsFile = 'shops.results.jsonl'] = process.argv;
const perdure = await connect();
const batch = await perdure.batch({
  key: 'stock-2026-11-22',
  items, // a file, a list, or anything that can be awaited item by item
  agent: ({ url }: Shop) => anchor.webTask({ url, prompt: 'Read how many lamps are left.' }),
  effect: 'read',
  result: Stock,
  window: 10,
  stopOn: { failures: '25%' },
  resultsFile,
});
for await (const { key, status, result } of batch) {
  console.log(key, result ? result.left : status);
}
const { byStatus, failures, usage } = await batch.report();
console.log(byStatus, failures, usage.credits);
await perdure.close();
