import { anchor, browserbase, runAgent, schema } from 'perdure/workflow';
import type { Order, Stock } from './schemas.js';

export { agentRun } from 'perdure/workflow';

export async function reorder(shop: string): Promise<Order | undefined> {
  const look = anchor.webTask({ url: shop, prompt: 'How many lamps are in stock?' });
  const stock = await runAgent({ name: 'look', agent: look, effect: 'read', result: schema<Stock>('Stock') });
  if (stock.lamps > 10) return undefined;
  const order = browserbase.agentRun({ task: `Order 20 lamps at ${shop}.` });
  return runAgent({ name: 'order', agent: order, result: schema<Order>('Order') });
}
