import { providerOf } from './endpoints.js';
import {
  batchMemo,
  deadlineMemo,
  deploymentMemo,
  inputHashMemo,
  runWorkflowId,
  type SearchAttributeName,
} from './names.js';
import type { RunInput } from './run.js';
import { endsBy } from './timings.js';

/** What the workflow of a run is started with, whoever starts it: refused where its key is taken. */
export function runStart(input: RunInput, hash: string) {
  return {
    workflowId: runWorkflowId(input.key),
    args: [input] as [RunInput],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    memo: startMemo(input, hash),
    typedSearchAttributes: startValues(input).map(([name, value]) => ({
      key: { name, type: 'KEYWORD' as const },
      value,
    })),
    ...(input.priority && { priority: input.priority }),
  };
}

/** The same for those who start it from outside of workflows. */
export function clientStart(input: RunInput, hash: string) {
  return {
    ...runStart(input, hash),
    taskQueue: input.taskQueue,
    workflowIdConflictPolicy: 'FAIL' as const,
    staticSummary: input.agent.endpoint,
  };
}

/** The memo that a run starts with. */
function startMemo({ timings, deployment, batch }: RunInput, hash: string): Record<string, unknown> {
  return {
    [inputHashMemo]: hash,
    [deadlineMemo]: endsBy(timings, Date.now()),
    [deploymentMemo]: deployment,
    ...(batch && { [batchMemo]: batch.id }),
  };
}

/** The search attributes that a run starts with. */
function startValues({ agent, account }: RunInput): [SearchAttributeName, string][] {
  return [
    ['PerdureStatus', 'queued'],
    ['PerdureProvider', providerOf(agent.endpoint)],
    ['PerdureEndpoint', agent.endpoint],
    ['PerdureAccount', account],
  ];
}
