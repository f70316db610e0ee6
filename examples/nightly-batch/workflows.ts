import { anchor, batch, schema } from 'perdure/workflow';
import type { Nightly, NightlyReport, Stock } from './schemas.js';

export { agentRun } from 'perdure/workflow';

export async function nightlyBatch({ shops, atLeast }: Nightly): Promise<NightlyReport> {
  const { report, items } = await batch({
    name: 'shops',
    items: shops,
    agent: ({ id, url }) => ({ agent: anchor.webTask({ url, prompt: `Read how many lamps ${id} has left.` }) }),
    effect: 'read',
    result: schema<Stock>('Stock'),
    window: 10,
    stopOn: { failures: '25%' },
  });
  return {
    checked: report.items,
    low: items.filter(({ result }) => result && result.left < atLeast).map(({ key }) => key),
    failed: items.filter(({ status }) => status !== 'completed').map(({ key }) => key),
    credits: report.usage.credits,
  };
}
