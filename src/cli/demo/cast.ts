import type { AgentSpec } from '../../core/builders.js';
import { anchor, browserbase } from '../../core/builders.js';
import type { JsonObject } from '../../core/json.js';
import type { FinalStatus } from '../../core/run.js';
import type { Timings } from '../../core/timings.js';
import type { Simulator } from '../../simulator/index.js';

/** One run of the demo. */
export interface Part {
  key: string;
  agent: AgentSpec;
  /** JSON Schema of the result. */
  result: JsonObject;
  /** How it is to end. */
  ends: FinalStatus;
}

const texts = (...names: string[]): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
  additionalProperties: false,
});

/** The run that is cancelled half-way, by what it is asked. */
const endless = 'Watch the queue until it is empty';

/** The six runs: one at each endpoint, and one that is cancelled half-way. */
export function cast(simulator: Simulator): Part[] {
  return [
    {
      key: 'demo/web-task',
      agent: anchor.webTask({
        prompt: 'Read the total of the newest invoice',
        url: 'https://portal.example/invoices',
        human_intervention: true,
      }),
      result: texts('customer', 'total'),
      ends: 'completed',
    },
    {
      key: 'demo/session-agent',
      agent: anchor.sessionAgent({ prompt: 'Which plan is booked?' }),
      result: texts('plan'),
      ends: 'completed',
    },
    {
      key: 'demo/task',
      agent: anchor.task({ taskId: simulator.taskId('price-check'), input_params: { product: 'A-4711' } }),
      result: texts('price'),
      ends: 'completed',
    },
    {
      key: 'demo/named-task',
      agent: anchor.namedTask({ taskName: 'stock-level', inputs: { ANCHOR_PRODUCT: 'A-4711' } }),
      result: texts('stock'),
      ends: 'completed',
    },
    {
      key: 'demo/agent-run',
      agent: browserbase.agentRun({ task: 'Find the opening hours of the town hall' }),
      result: texts('hours'),
      ends: 'completed',
    },
    {
      key: 'demo/stopped',
      agent: browserbase.agentRun({ task: endless }),
      result: texts('left'),
      ends: 'cancelled',
    },
  ];
}

/** How the simulated agents behave. */
export function direct(simulator: Simulator): void {
  simulator
    .on('anchor.webTask')
    .lasts('8 s')
    .asks({ message: 'Two customers are called Meier: of which town?', after: '3 s' })
    .returns(({ answers }) => ({ customer: `Meier, ${String(answers[0])}`, total: '129.50 EUR' }));
  simulator.on('anchor.sessionAgent').lasts('5 s').returns({ plan: 'Business, yearly' });
  simulator.on('anchor.task').lasts('7 s').returns({ price: '49.90 EUR' });
  simulator.on('anchor.namedTask').lasts('9 s').returns({ stock: '17 pieces' });
  simulator.on('browserbase.agentRun').lasts('11 s').returns({ hours: 'Mon to Fri, 8 to 17' });
  simulator.on('browserbase.agentRun', { text: endless }).lasts('5 min');
}

/** Timings of the demo's runs; time for answers that are delayed by so many milliseconds is added. */
export function demoTimings(delayMs: number): Partial<Timings> {
  return {
    deadline: 180_000,
    cadence: { first: 700, max: 2_000 },
    heartbeat: 5_000,
    startRequest: 10_000 + 2 * delayMs,
    request: 5_000 + 2 * delayMs,
    backoff: { first: 200, max: 2_000 },
    notFoundGrace: 10_000 + 2 * delayMs,
    release: 30_000 + 10 * delayMs,
    sendWindow: 60_000,
    settle: 2_000 + 2 * delayMs,
    ask: 5_000,
    lateRun: 10_000,
  };
}
