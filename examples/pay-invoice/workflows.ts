import { anchor, askPerson, browserbase, runAgent, schema } from 'perdure/workflow';
import type { Approval, Invoice, PayInput, Receipt } from './schemas.js';

export { agentRun } from 'perdure/workflow';

export async function payInvoice(input: PayInput): Promise<Receipt | { paid: false; by?: string }> {
  const read = anchor.webTask(input.read);
  const invoice = await runAgent({ name: 'read', agent: read, effect: 'read', result: schema<Invoice>('Invoice') });
  const verdict = await askPerson({
    name: 'approve',
    title: `Pay ${invoice.total}?`,
    answer: schema<Approval>('Approval'),
    assignees: ['finance'],
    deadline: '3 days',
    escalate: [{ after: '1 day', to: ['cfo'] }],
    otherwise: 'refuse',
  });
  if (!verdict.approved) return { paid: false, by: verdict.by };
  return runAgent({ name: 'pay', agent: browserbase.agentRun(input.pay), result: schema<Receipt>('Receipt') });
}
