import { anchor, browserbase } from '../../src/core/builders.js';
import type { Outcome } from '../../src/core/run.js';
import type { StepOptions } from '../../src/core/step.js';
import type { PerdureTest } from '../../src/testing/perdure-test.js';

/** Runs a step that prefers Anchor and has Browserbase beside it, in the workflow of its text. */
export async function playStep(t: PerdureTest, text: string, more: Partial<StepOptions> = {}): Promise<Outcome> {
  const targets = [
    { agent: anchor.webTask({ prompt: text, human_intervention: true, session: { tags: [text] } }) },
    { agent: browserbase.agentRun({ task: text }) },
  ];
  const workflowId = text.replaceAll(' ', '-');
  const step = { name: 'step', targets, failOverAfter: '10 min', ...more };
  const handle = await t.client.workflow.start('oneStep', { taskQueue: t.taskQueue, workflowId, args: [step] });
  return (await handle.result()) as Outcome;
}

/** How many runs of an endpoint the provider has started for a text. */
export function startsOf({ ledger }: PerdureTest, endpoint: string, text: string): number {
  return ledger.runs.filter((run) => run.endpoint === endpoint && run.text.includes(text)).length;
}
