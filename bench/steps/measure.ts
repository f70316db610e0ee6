import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { BrowserbaseAgentRunInput } from '../../src/core/browserbase-input.js';
import { runWorkflowId } from '../../src/core/names.js';
import { defaultTimings } from '../../src/core/timings.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import type { StepsOptions } from '../options.js';
import { printFigures } from '../print-figures.js';
import { quantile } from '../quantile.js';
import { say } from '../say.js';
import { openStage, type Party, partyOf, type Stage } from '../stage/stage.js';
import { agentOf, lives, type PlannedRun } from '../task.js';
import type { ByHand } from './by-hand.js';

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
 * Plays a plan of so many agent steps and the same runs written by hand in a workflow, in turns, each with a worker and
 * an account of its own; the exit code. Events are those of the workflow and of all its child workflows.
 */
export async function measureSteps({ steps, rounds, json }: StepsOptions, closing: Closing): Promise<number> {
  const stage = await openStage(provider, ['perdure', 'byHand'], closing);
  const [perdure, byHand] = [partyOf(stage, 'perdure'), partyOf(stage, 'byHand')];
  const worker = await stage.startWorker(perdure, {});
  const handWorker = await stage.startWorker(byHand, { bundle: await bundleByHand(stage.home) });
  const figures: { perdure: Figures[]; handWritten: Figures[] } = { perdure: [], handWritten: [] };
  await stage.simulator.add(...lives(provider, [{ key: '', seconds }]));
  say(`${steps} steps, ${rounds} rounds after one that does not count`);
  for (let round = 0; round <= rounds; round += 1) {
    const runs = (side: string) => plannedRuns(stage, `${side}/${round}`, steps);
    const planned = await worker.during(playPlan(perdure, runs('plan'), `bench-${stage.id}-${round}`));
    const written = await handWorker.during(playByHand(byHand, runs('hand'), `bench-${stage.id}-${round}`));
    say(
      `round ${round}: plan ${planned.events} events, ${planned.wallMs} ms; by hand ${written.events} events, ${written.wallMs} ms`,
    );
    if (round === 0) continue;
    figures.perdure.push(planned);
    figures.handWritten.push(written);
  }
  const result = { perdure: medianOf(figures.perdure), handWritten: medianOf(figures.handWritten) };
  const ratio = {
    events: rounded(result.perdure.events / result.handWritten.events),
    wallMs: rounded(result.perdure.wallMs / result.handWritten.wallMs),
  };
  printFigures({ ...result, ratio }, json);
  return ratio.events <= highestRatio && ratio.wallMs <= highestRatio ? 0 : 1;
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
  const { cadence, request: timeoutMs } = defaultTimings;
  const starts = runs.map((run) => ({ account, run }));
  const workflowId = `by-hand-${id}`;
  const began = Date.now();
  await client.workflow.execute<(task: ByHand) => Promise<number>>('byHand', {
    workflowId,
    taskQueue,
    args: [{ starts, cadence: cadence.first, timeoutMs }],
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

async function bundleByHand(home: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('by-hand.js', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const file = path.join(home, 'by-hand.cjs');
  await writeFile(file, code);
  return file;
}
