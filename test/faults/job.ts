import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { type ProviderName, providerOf } from '../../src/core/endpoints.js';
import type { Json } from '../../src/core/json.js';
import { runWorkflowId, wire } from '../../src/core/names.js';
import type { PlanOutcome, PlanStep } from '../../src/core/plan.js';
import { awaitsPerson, type Question } from '../../src/core/question.js';
import type { Outcome } from '../../src/core/run.js';
import type { Target } from '../../src/core/run-terms.js';
import type { AgentStep } from '../../src/core/step.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { Actors } from './actors.js';
import { agentOf } from './agents.js';
import type { JobEvidence, RunEvidence, StepEnd } from './evidence.js';
import { schemaOf } from './expected-result.js';
import { jobId, targetsOf } from './job-keys.js';
import { boundOf, scale, slackMs, timings } from './pace.js';
import type { PlannedJob, PlannedRun, PlannedStep } from './program.js';
import { taskFailuresOf, within } from './run-end.js';
import type { Stage } from './stage.js';

/** Where the steps of a program are played. */
interface Scene extends Stage {
  simulator: Simulator;
  accountOf: (provider: ProviderName) => string;
}

/** Has steps done within a budget; gives back all that is known of them, and of each run that they came to. */
export async function playJob(scene: Scene, plan: PlannedJob): Promise<{ job: JobEvidence; jobRuns: RunEvidence[] }> {
  const { client, simulator, accountOf } = scene;
  const cast = targetsOf(plan).map(({ key, target }) => ({
    key,
    target,
    actors: new Actors(scene, simulator, target, { key, account: accountOf(providerOf(target.endpoint)) }),
  }));
  const done: string[] = [];
  const raised = { sure: 0, most: 0 };
  const handle = await start(scene, plan);
  const leave = cancelOf(scene, plan, handle, done);
  const bound = cast.reduce((sum, { target }) => sum + boundOf(target.deadlineMs), slackMs);
  const ended = within(bound, endsOf(plan, handle));
  const [ends] = await Promise.all([ended, raising(scene, plan, { handle, ended, raised })]);
  if (!ends) await handle.terminate('over its bound').catch(() => undefined);
  leave();
  const runs = cast.map(async ({ key, target, actors }) => {
    await actors.leave();
    const cancelled = done.filter((act) => act === 'cancel');
    return runOf(scene, { key, target, actors, done: [...actors.done, ...cancelled] });
  });
  const jobRuns = (await Promise.all(runs)).flat();
  const budget = await handle.query<NonNullable<JobEvidence['budget']>>(wire.budget).catch(() => undefined);
  const taskFailures = await taskFailuresOf(client, handle.workflowId);
  return { job: { plan, ends, budget, raised, taskFailures, done }, jobRuns };
}

async function start(scene: Scene, plan: PlannedJob): Promise<WorkflowHandle> {
  const { client, taskQueue, perdure } = scene;
  const raise = plan.raise === undefined ? {} : { raise: {} };
  const budget = { ...plan.budget, ...raise };
  const steps = await Promise.all(plan.steps.map((step) => stepOf(scene, step)));
  const workflowId = jobId(plan);
  if (plan.kind === 'plan') {
    await perdure.startPlan({ key: plan.name, plan: { budget, steps: steps.map(planned) } });
    return client.workflow.getHandle(workflowId);
  }
  const first = steps.length - plan.beneath;
  const args = [budget, steps.slice(0, first), steps.slice(first), plan.files];
  return client.workflow.start('job', { workflowId, taskQueue, args });
}

async function stepOf({ simulator, accountOf }: Scene, { name, targets }: PlannedStep): Promise<Steps> {
  const places = await Promise.all(
    targets.map(async (target): Promise<Target> => {
      return { agent: await agentOf(target, simulator), account: accountOf(providerOf(target.endpoint)) };
    }),
  );
  const [first] = targets;
  return { name, targets: places, ...(first && optionsOf(first)) };
}

type Steps = AgentStep & { targets: readonly Target[] };

/** What a planned run says of itself, as a run or as a step. */
export function optionsOf({ effect, onUnknownStart, deadlineMs, checked, questionMs }: PlannedRun) {
  return {
    effect,
    ...(onUnknownStart && { onUnknownStart }),
    deadline: deadlineMs,
    timings,
    ...(questionMs !== undefined && { questions: { deadline: questionMs } }),
    ...(checked && { result: schemaOf() }),
  };
}

/** A plan says nothing of timings. */
function planned({ targets, timings: _, ...step }: Steps): PlanStep {
  const agent = targets.map(({ agent: { endpoint, input }, account }) => ({ endpoint, input, account }));
  return { ...step, agent, onFailure: 'continue' } as unknown as PlanStep;
}

async function endsOf({ kind }: PlannedJob, handle: WorkflowHandle): Promise<StepEnd[]> {
  if (kind === 'workflow') return ((await handle.result()) as StepEnd[]).map(withFolder);
  const { steps } = (await handle.result()) as PlanOutcome;
  return steps.map(({ name: step, run: key, status, error }) => {
    const none = status === 'skipped' || status === 'pending' || error?.code === 'budget-exceeded';
    if (none) return { step, failure: error?.code ?? 'cancelled' };
    return { step, key, status };
  });
}

/** What was saved, with all that is in the folder of it. */
function withFolder(end: StepEnd): StepEnd {
  const [first] = end.saved ?? [];
  if (first === undefined) return end;
  const folder = path.dirname(first);
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return { ...end, inFolder: names.map((name) => readFileSync(path.join(folder, name), 'utf8')) };
}

/** Cancels the whole at its instant; gives back how to do nothing further. */
function cancelOf({ simulator }: Scene, { name, cancel }: PlannedJob, handle: WorkflowHandle, done: string[]) {
  if (!cancel) return () => undefined;
  let seen = 0;
  return simulator.when({ on: cancel.on, phase: cancel.phase, text: `${name}-` }, async () => {
    seen += 1;
    if (seen !== cancel.nth) return;
    done.push('cancel');
    // One that comes when all is over does nothing.
    await handle.cancel().catch(() => undefined);
  });
}

const between = 200;

interface Raising {
  handle: WorkflowHandle;
  ended: Promise<unknown>;
  raised: JobEvidence['raised'];
}

/** Answers, until all is over, whether the budget is raised: once it is, and then never again. */
async function raising({ perdure }: Scene, { raise }: PlannedJob, { handle, ended, raised }: Raising): Promise<void> {
  if (raise === undefined) return;
  let open = true;
  const over = ended.then(() => {
    open = false;
  });
  let more = raise;
  while (open) {
    const questions = await handle.query<Question[]>(wire.questions).catch(() => []);
    for (const { id } of questions.filter(awaitsPerson)) {
      const answer: Json = more > 0 ? { approved: true, runs: more } : { approved: false };
      const given = perdure.answer(id, answer, { by: 'ann', channel: 'faults', decisionId: randomUUID() });
      const sure = await given.then(
        ({ accepted }) => accepted,
        () => undefined,
      );
      raised.sure += sure ? more : 0;
      raised.most += sure === false ? 0 : more;
      if (sure !== false) more = 0;
    }
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, between))]);
  }
}

interface Player {
  key: string;
  target: PlannedRun;
  actors: Actors;
  done: string[];
}

/** What is known of the run at a target; nothing where it never began. */
async function runOf({ client, simulator }: Scene, { key, target, actors, done }: Player): Promise<RunEvidence[]> {
  const handle = client.workflow.getHandle(runWorkflowId(key));
  const begun = await handle.describe().then(
    () => true,
    () => false,
  );
  if (!begun) return [];
  const outcome = await within(slackMs, handle.result() as Promise<Outcome>).catch(() => undefined);
  const taskFailures = await taskFailuresOf(client, handle.workflowId);
  const endedAt = outcome ? providersTime(simulator, Date.parse(outcome.endedAt)) : simulator.clock.now();
  return [{ plan: target, outcome, endedAt, taskFailures, answers: actors.answers, done }];
}

/** The provider's time at a real one that has passed. */
function providersTime({ clock }: Simulator, at: number): number {
  return clock.now() - (Date.now() - at) / scale;
}
