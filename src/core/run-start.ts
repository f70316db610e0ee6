import { providerOf } from './endpoints.js';
import { batchMemo, deadlineMemo, deploymentMemo, inputHashMemo, type SearchAttributeName } from './names.js';
import type { RunInput } from './run.js';
import { endsBy } from './timings.js';

/** The memo that a run starts with. */
export function startMemo({ timings, deployment, batch }: RunInput, hash: string): Record<string, unknown> {
  return {
    [inputHashMemo]: hash,
    [deadlineMemo]: endsBy(timings, Date.now()),
    [deploymentMemo]: deployment,
    ...(batch && { [batchMemo]: batch.id }),
  };
}

/** The search attributes that a run starts with. */
export function startValues({ agent, account }: RunInput): [SearchAttributeName, string][] {
  return [
    ['PerdureStatus', 'queued'],
    ['PerdureProvider', providerOf(agent.endpoint)],
    ['PerdureEndpoint', agent.endpoint],
    ['PerdureAccount', account],
  ];
}
