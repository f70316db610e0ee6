import { fileURLToPath } from 'node:url';
import { CancelledFailure, type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import type { AgentStep } from '../../src/core/step.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import type { Leaf } from './fixtures/tree.js';

const workflowsPath = fileURLToPath(new URL('./fixtures/tree.ts', import.meta.url));
const patient = { timeout: 60_000, interval: 100 };

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', workflowsPath, limits: { concurrentRuns: 2 } });
  t.simulator.on('*').neverEnds();
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

interface State {
  leaf: (text: string) => Leaf;
  /** How the providers let its runs live. */
  script?: (text: string) => void;
  /** Resolves in the state; a request may be held meanwhile. Default: at once. */
  ready?: (text: string, handle: WorkflowHandle) => Promise<unknown>;
  /** Starts at the providers. */
  starts: number;
  /** The workflow ends with its first step that was cancelled, while the run of another may still be cleaning up. */
  lingers?: boolean;
}

const webTask = (text: string) => anchor.webTask({ prompt: text, human_intervention: true, session: { tags: [text] } });
const steps = (text: string, count = 1): AgentStep[] =>
  Array.from({ length: count }, (_, index) => ({ name: `s${index}`, agent: browserbase.agentRun({ task: text }) }));
const inTurn = (text: string): AgentStep => ({
  name: 's',
  effect: 'read',
  targets: [{ agent: webTask(text) }, { agent: browserbase.agentRun({ task: text }) }],
});

const states: Record<string, State> = {
  'nothing was done yet': { leaf: (text) => ({ steps: steps(text) }), starts: 0 },
  'a start is under way': {
    leaf: (text) => ({ steps: steps(text) }),
    ready: (text) => t.simulator.next({ on: 'start', text, phase: 'received' }),
    starts: 1,
  },
  'an agent runs': {
    leaf: (text) => ({ steps: steps(text) }),
    ready: (text) => t.simulator.next({ on: 'start', text, phase: 'replied' }),
    starts: 1,
  },
  'two run and one waits for a slot': {
    leaf: (text) => ({ steps: steps(text, 3) }),
    ready: () => vi.waitUntil(async () => (await statuses()).queued === 1, patient),
    starts: 2,
  },
  'an agent asks': {
    leaf: (text) => ({ steps: [{ name: 's', agent: webTask(text) }] }),
    script: (text) =>
      void t.simulator.on('anchor.webTask', { text }).neverEnds().asks({ message: 'Which?', after: '5 s' }),
    ready: (_, handle) => t.nextQuestion(handle),
    starts: 1,
  },
  'a person is asked': {
    leaf: () => ({ asks: { name: 'ask', title: 'Go on?' } }),
    ready: (_, handle) => t.nextQuestion(handle),
    starts: 0,
  },
  'it goes on at the next target': {
    leaf: (text) => ({ steps: [inTurn(text)] }),
    script: (text) => void t.simulator.on('anchor.webTask', { text }).lasts('10 s').fails('The page is broken.'),
    ready: (text) => t.simulator.next({ on: 'start', endpoint: 'browserbase.agentRun', text, phase: 'received' }),
    starts: 2,
  },
  'files are saved': {
    leaf: (text) => ({ steps: [{ name: 's', agent: webTask(text) }], files: 2 }),
    script: (text) => {
      const files = ['one', 'two'].map((content) => ({ name: 'a.txt', content }));
      t.simulator
        .on('anchor.webTask', { text })
        .lasts('10 s')
        .downloads(...files);
    },
    // The request is held until the cancel has gone through.
    ready: (_, handle) =>
      new Promise((resolve) =>
        t.simulator.when({ on: 'file.link', phase: 'received', times: 1 }, async () => {
          resolve(undefined);
          await handle.result().catch(() => undefined);
        }),
      ),
    starts: 1,
  },
  'one step waits for what another holds of the budget': {
    leaf: (text) => ({ budget: { runs: 1 }, steps: steps(text, 2) }),
    ready: (text) => t.simulator.next({ on: 'start', text, phase: 'replied' }),
    starts: 1,
    lingers: true,
  },
  'a person may raise the budget': {
    leaf: (text) => ({ budget: { runs: 0, raise: {} }, steps: steps(text) }),
    ready: (_, handle) => t.nextQuestion(handle),
    starts: 0,
  },
  'items of a batch run': {
    leaf: (text) => ({ texts: [text, text, text] }),
    ready: (text) => t.simulator.next({ on: 'start', text, phase: 'replied' }),
    starts: 2,
  },
};

/** How many runs have each status. */
async function statuses(): Promise<Partial<Record<string, number>>> {
  const counts: Partial<Record<string, number>> = {};
  for (const { status } of await t.perdure.list()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test.each(Object.entries(states))(
  'a cancel while %s goes through the tree and leaves nothing (fault matrix 5: cancel of the tree in each state)',
  async (name, { leaf, script, ready, starts, lingers }) => {
    const text = `tree: ${name}.`;
    script?.(text);
    const workflowId = name.replaceAll(' ', '-');
    const options = { taskQueue: t.taskQueue, workflowId, args: [leaf(text)] };
    const before = t.ledger.runs.length;
    const handle = await t.client.workflow.start('tree', options);
    await ready?.(text, handle);
    await handle.cancel();
    const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    const runs = t.ledger.runs.slice(before);
    expect(runs.length).toBeLessThanOrEqual(starts);
    if (lingers) await vi.waitFor(() => expect(t.ledger.open).toEqual([]), patient);
    expect(t.ledger.open).toEqual([]);
    expect(await t.perdure.questions()).toEqual([]);
    const living = async () => {
      const { count } = await t.client.workflow.count(
        "ExecutionStatus = 'Running' AND WorkflowType IN ('tree', 'branch', 'leafOf', 'agentRun', 'batchRun')",
      );
      return count;
    };
    await expect.poll(living, { timeout: 30_000 }).toBe(0);
  },
);
