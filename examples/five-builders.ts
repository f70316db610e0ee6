import { anchor, browserbase, secret } from 'perdure';

/** One agent for each endpoint; `start` and `runAgent` take any of them. */
export const agents = [
  // A task in words, optionally at an address: the usual choice at Anchor.
  anchor.webTask({ prompt: 'How many lamps are in stock?', url: 'https://shop.example.com' }),
  // The same by one call that lasts as long as the run and dies with its worker.
  anchor.sessionAgent({ prompt: 'Empty the cart.', session: { proxy: { active: true, country_code: 'de' } } }),
  // A task that was made at Anchor before, by its id.
  anchor.task({ taskId: 'task_17', input_params: { month: '2026-11', password: secret('PORTAL_PASSWORD') } }),
  // A legacy task at Anchor, by its name.
  anchor.namedTask({ taskName: 'export-orders', inputs: { ANCHOR_MONTH: '2026-11' } }),
  // A task in words at Browserbase; %name% stands for a variable.
  browserbase.agentRun({ task: 'Sign in with %pw%.', variables: { pw: { value: secret('SHOP_PASSWORD') } } }),
];
