import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import type { BrowserbaseAgentRunInput } from '../../src/core/browserbase-input.js';
import { runWorkflowId } from '../../src/core/names.js';
import { BenchError } from '../bench-error.js';
import type { Child } from '../stage/child.js';
import type { Closing } from '../closing.js';
import type { StepsOptions } from '../options.js';
import { printFigures } from '../print-figures.js';
import { quantile } from '../quantile.js';
import { say } from '../say.js';
import { openStage, type Party, partyOf, type Stage } from '../stage/stage.js';
import { agentOf, lives, type PlannedRun } from '../task.js';
import type { byCode } from './by-code.js';
import type { ByHand } from './by-hand.js';
import { bundleByHand } from './by-hand-bundle.js';
import { taskByHand } from './task-by-hand.js';

const provider = 'browserbase';
/** Seconds that a run lasts at the provider: shorter than the time before the first look. */
const seconds = 1;
const highestRatio = 1.5;

/** What one side took for all the steps. */
interface Figures {
  events: number;
  wallMs: number;
}

/**
 * Plays a plan of so many agent steps in turns with two that were written by hand, each with a worker and an account of
 * its own; the exit code. `handWritten` is the workflow that the plan stands for: the same runs by `runAgent`. `bare` does
 * without Perdure: an activity that starts, a timer and an activity that looks; it recovers, checks and cleans up nothing,
 * and tells what the rest costs. Events are those of the workflow and of all its child workflows.
 */
export async function measureSteps({ steps, rounds, json }: StepsOptions, closing: Closing): Promise<number> {
  const stage = await openStage(provider, ['perdure', 'handWritten', 'bare'], closing);
  const sides = await openSides(stage);
  const figures = new Map<Side['name'], Figures[]>(sides.map(({ name }) => [name, []]));
  await stage.simulator.add(...lives(provider, [{ key: '', seconds }]));
  say(`${steps} steps, ${rounds} rounds after one that does not count`);
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, worker, party, play } of sides) {
      const runs = plannedRuns(stage, `${name}/${round}`, steps);
      const played = await worker.during(play(party, runs, `bench-${stage.id}-${name}-${round}`));
      say(`round ${round}, ${name}: ${played.events} events, ${played.wallMs} ms`);
      if (round > 0) figures.get(name)?.push(played);
    }
  }
  const [perdure, handWritten, bare] = sides.map(({ name }) => medianOf(figures.get(name) ?? []));
  if (!perdure || !handWritten || !bare) throw new BenchError('A side did not play.');
  const ratio = ratioOf(perdure, handWritten);
  printFigures({ perdure, handWritten, ratio, bare, ratioToBare: ratioOf(perdure, bare) }, json);
  return ratio.events <= highestRatio && ratio.wallMs <= highestRatio ? 0 : 1;
}

interface Side {
  name: 'perdure' | 'handWritten' | 'bare';
  party: Party;
  worker: Child;
  play: (party: Party, runs: readonly PlannedRun[], id: string) => Promise<Figures>;
}

async function openSides(stage: Stage): Promise<Side[]> {
  const workflows = fileURLToPath(new URL('by-code.js', import.meta.url));
  const [perdure, handWritten, bare] = [
    partyOf(stage, 'perdure'),
    partyOf(stage, 'handWritten'),
    partyOf(stage, 'bare'),
  ];
  return [
    { name: 'perdure', party: perdure, play: playPlan, worker: await stage.startWorker(perdure, {}) },
    {
      name: 'handWritten',
      party: handWritten,
      play: playByCode,
      worker: await stage.startWorker(handWritten, { workflows }),
    },
    {
      name: 'bare',
      party: bare,
      play: playByHand,
      worker: await stage.startWorker(bare, { bundle: await bundleByHand(stage.home) }),
    },
  ];
}

function ratioOf(side: Figures, baseline: Figures): Figures {
  return { events: rounded(side.events / baseline.events), wallMs: rounded(side.wallMs / baseline.wallMs) };
}

async function playByCode(
  { perdure, account, taskQueue }: Party,
  runs: readonly PlannedRun[],
  workflowId: string,
): Promise<Figures> {
  const client = perdure.temporal;
  const agents = runs.map((run) => agentOf(provider, run));
  const began = Date.now();
  await client.workflow.execute<typeof byCode>('byCode', { workflowId, taskQueue, args: [{ agents, account }] });
  const wallMs = Date.now() - began;
  const children = runs.map((_, index) => runWorkflowId(`${workflowId}/step-${index + 1}`));
  return { events: await eventsOf(client, [workflowId, ...children]), wallMs };
}

function plannedRuns({ id }: Stage, side: string, count: number): PlannedRun[] {
  return Array.from({ length: count }, (_, index) => ({ key: `bench/${id}/${side}/${index}`, seconds }));
}

function inputOf(run: PlannedRun): BrowserbaseAgentRunInput {
  const { input } = agentOf(provider, run);
  if ('task' in input) return input;
  throw new BenchError('A run at Browserbase has a task.');
}

async function playPlan({ perdure, account }: Party, runs: readonly PlannedRun[], key: string): Promise<Figures> {
  const steps = runs.map((run, index) => ({
    name: `step-${index + 1}`,
    agent: { endpoint: 'browserbase.agentRun', input: inputOf(run), account },
  }));
  const began = Date.now();
  const handle = await perdure.startPlan({ key, plan: { steps } });
  const outcome = await handle.outcome();
  const wallMs = Date.now() - began;
  if (outcome.status !== 'completed')
    throw new BenchError(`The plan ended ${outcome.status}: ${outcome.error?.message}`);
  const children = outcome.steps.map(({ run = '' }) => runWorkflowId(run));
  return { events: await eventsOf(perdure.temporal, [handle.workflowId, ...children]), wallMs };
}

async function playByHand(
  { perdure, account, taskQueue }: Party,
  runs: readonly PlannedRun[],
  id: string,
): Promise<Figures> {
  const client = perdure.temporal;
  const workflowId = `by-hand-${id}`;
  const began = Date.now();
  await client.workflow.execute<(task: ByHand) => Promise<number>>('byHand', {
    workflowId,
    taskQueue,
    args: [taskByHand(account, runs)],
  });
  const wallMs = Date.now() - began;
  return { events: await eventsOf(client, [workflowId]), wallMs };
}

async function eventsOf(client: Client, workflowIds: readonly string[]): Promise<number> {
  const lengths = workflowIds.map(async (id) => (await client.workflow.getHandle(id).describe()).historyLength);
  return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
}

function medianOf(figures: readonly Figures[]): Figures {
  const median = (values: number[]) => quantile(values, 0.5) ?? 0;
  return { events: median(figures.map(({ events }) => events)), wallMs: median(figures.map(({ wallMs }) => wallMs)) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
