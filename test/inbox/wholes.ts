import type { PlanReport } from '../../src/core/plan.js';
import type { FakeInbox } from './fake.js';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Batches and plans in several states, and runs of them. */
export function furnishWholes({ client }: FakeInbox): void {
  client.batch('stock-2026-11-27', {
    items: 400,
    queued: 118,
    live: 25,
    byStatus: { completed: 231, failed: 17, 'timed-out': 3, cancelled: 4, unknown: 2 },
    failures: { 'run-failed': 12, 'result-invalid': 5, 'deadline-passed': 3, 'start-unknown': 2 },
    usage: { credits: 38.42, seconds: 9120, steps: 3300 },
    slowest: [
      { key: 'shop-12', ms: 341_000, run: 'stock-2026-11-27/shop-12' },
      { key: 'a-shop-with-a-rather-long-name.example', ms: 298_000 },
      { key: 'shop-77', ms: 180_500, run: 'stock-2026-11-27/shop-77:2' },
    ],
    startedAt: ago(41),
  });
  for (let shop = 80; shop < 93; shop += 1) {
    client.run(`stock-2026-11-27/shop-${shop}`, {
      status: shop % 3 === 0 ? 'failed' : shop % 4 === 0 ? 'waiting-for-person' : 'running',
      batch: 'stock-2026-11-27',
    });
  }
  client.batch('stock-2026-11-26', {
    items: 60,
    queued: 0,
    live: 0,
    byStatus: { completed: 40, failed: 20 },
    failures: { 'run-failed': 20 },
    stopped: 'failures',
    notStarted: 340,
    startedAt: ago(1500),
    endedAt: ago(1440),
  });
  const { report: _, ...silent } = client.batch('nightly/shops');
  client.batches.set('nightly/shops', silent);
  furnishPlans(client);
}

const waitingPlan = (): PlanReport => ({
  key: 'pay-2026-11',
  name: 'Read the invoices of all portals and pay them',
  status: 'waiting-for-person',
  steps: [
    {
      name: 'read',
      kind: 'agent',
      status: 'completed',
      run: 'perdure:plan:pay-2026-11/read:2',
      startedAt: ago(30),
      endedAt: ago(26),
      result: { total: 1240, currency: 'EUR', supplier: 'Hansen & Söhne' },
      failedOver: [
        {
          key: 'perdure:plan:pay-2026-11/read',
          account: 'anchor/default',
          status: 'failed',
          error: { code: 'account-failing', message: 'No start was accepted for a minute.' },
        },
      ],
    },
    {
      name: 'lines',
      kind: 'agent',
      status: 'failed',
      startedAt: ago(26),
      endedAt: ago(11),
      items: {
        total: 24,
        completed: 22,
        failed: 2,
        running: [],
        failures: [
          {
            index: 4,
            run: 'perdure:plan:pay-2026-11/lines:4',
            error: { code: 'run-failed', message: 'The page was gone.' },
          },
          { index: 19, run: 'perdure:plan:pay-2026-11/lines:19' },
        ],
      },
      error: { code: 'run-failed', message: '2 of 24 items failed, first: The page was gone.' },
    },
    {
      name: 'approve',
      kind: 'approval',
      status: 'waiting-for-person',
      question: 'perdure:plan:pay-2026-11~approve',
      startedAt: ago(11),
    },
    { name: 'pay', kind: 'agent', status: 'pending' },
    { name: 'rest', kind: 'wait', status: 'pending' },
  ],
  startedAt: ago(30),
});

function furnishPlans(client: FakeInbox['client']): void {
  const plan = waitingPlan();
  client.plans.set(plan.key, plan);
  client.ask({
    id: 'perdure:plan:pay-2026-11~approve',
    kind: 'approval',
    title: 'Pay 1,240.00 EUR to Hansen & Söhne?',
    message: 'Two of 24 lines could not be read.',
    form: { kind: 'confirm' },
    assignees: ['finance'],
    deadline: new Date(Date.now() + 3 * 86_400_000).toISOString(),
  });
  const failed: PlanReport = {
    key: 'pay-2026-10',
    status: 'failed',
    steps: [
      { name: 'read', kind: 'agent', status: 'completed', run: 'perdure:plan:pay-2026-10/read', result: { total: 7 } },
      {
        name: 'approve',
        kind: 'approval',
        status: 'failed',
        result: { approved: false, by: 'ann' },
        error: { code: 'approval-refused', message: "ann refused 'Pay 7?'." },
      },
      { name: 'pay', kind: 'agent', status: 'skipped' },
    ],
    startedAt: ago(90),
  };
  client.plans.set(failed.key, failed);
  client.outcomes.set(failed.key, {
    ...failed,
    status: 'failed',
    error: { code: 'approval-refused', message: "ann refused 'Pay 7?'.", step: 'approve' },
    output: { paid: 0 },
    endedAt: ago(60),
  });
  client.plans.set('nightly-2026-11-27T03:00:00Z', {
    ...failed,
    key: 'nightly-2026-11-27T03:00:00Z',
    status: 'running',
  });
}
