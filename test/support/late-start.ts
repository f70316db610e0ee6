import type { Simulator } from '../../src/simulator/simulator.js';

/** Has the first start at Browserbase with this text, whose reply is lost, take effect once the second one was accepted. */
export function startLate(simulator: Simulator, text: string): void {
  simulator.fault({ kind: 'reset-before', on: 'start', text });
  let replies = 0;
  simulator.when({ on: 'start', text, phase: 'replied', times: 2 }, async () => {
    replies += 1;
    if (replies === 2) await sendFirstAgain(simulator, text);
  });
}

async function sendFirstAgain({ ledger, browserbaseUrl, keys }: Simulator, text: string): Promise<void> {
  const starts = ledger.requests({ operation: 'start', endpoint: 'browserbase.agentRun' });
  const body = starts.map((start) => JSON.stringify(start.body)).find((each) => each.includes(text));
  const headers = { 'x-bb-api-key': keys.browserbase[0] ?? '', 'content-type': 'application/json' };
  await fetch(`${browserbaseUrl}/v1/agents/runs`, { method: 'POST', headers, body });
}
