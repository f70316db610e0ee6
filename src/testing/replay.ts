import type { Client, WorkflowHandle } from '@temporalio/client';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';
import { traceSink } from '../core/execution-end.js';
import { inTurns } from '../core/in-turns.js';
import { ownWorkflowBundle } from '../worker/workflow-bundle.js';

/** What histories are replayed with. Default: Perdure's own workflows, and nothing encoded. */
export type Replayer = Partial<Pick<ReplayWorkerOptions, 'workflowBundle' | 'dataConverter'>>;

/** Which histories of a namespace are replayed with what. */
export interface ReplayOptions {
  /** By task queue, where another than the default one fits. */
  replayers?: ReadonlyMap<string, Replayer>;
  /** Whether histories of other task queues than these are left out. */
  onlyThese?: boolean;
  /** Whether the server is the time-skipping one, which has no `list`. */
  skipsTime?: boolean;
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

interface Execution {
  workflowId: string;
  runId: string;
}

interface Recorded {
  workflowId: string;
  history: History;
}

/** Workflows tell of their spans; nobody listens in a replay. */
const untold = { [traceSink]: { ended: { fn: () => undefined } } };
/** How many histories are fetched at once. */
const beside = 8;

/**
 * Expects of every execution of a namespace, open or ended, that its history leads its workflow to the same commands, and
 * gives how many these are; those that a reset made are left out, and histories that no answer of the server carries.
 * Throws `history-diverged`.
 */
export async function replayAll(client: Client, options: ReplayOptions = {}): Promise<number> {
  const { replayers, onlyThese = false, skipsTime = false } = options;
  const executions = await (skipsTime ? listWithoutVisibility(client) : list(client));
  const groups = new Map<Replayer, Recorded[]>();
  const plain: Replayer = {};
  for (const recorded of await fetchHistories(client, executions)) {
    const taskQueue = playedOn(recorded.history);
    if (taskQueue === undefined || wasReset(recorded.history)) continue;
    const replayer = replayers?.get(taskQueue) ?? (onlyThese ? undefined : plain);
    if (!replayer) continue;
    groups.set(replayer, [...(groups.get(replayer) ?? []), recorded]);
  }
  const diverged: string[] = [];
  let replayed = 0;
  for (const [replayer, histories] of groups) {
    const workflowBundle = await ownWorkflowBundle(replayer.dataConverter);
    const means = { workflowBundle, sinks: untold, ...replayer };
    for await (const { workflowId, error } of Worker.runReplayHistories(means, histories)) {
      replayed += 1;
      if (error) diverged.push(`${workflowId}: ${error.message}`);
    }
  }
  if (diverged.length > 0) throw divergence(diverged, replayed);
  return replayed;
}

/** As the server has them: what is encoded is left so. */
async function list({ workflowService, options }: Client): Promise<Execution[]> {
  const { namespace } = options;
  const listed: Execution[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.listWorkflowExecutions({ namespace, pageSize: 1000, nextPageToken });
    listed.push(...page.executions.map(executionOf));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken.length > 0);
  return listed;
}

function executionOf({ execution }: { execution?: Partial<Record<keyof Execution, string | null>> | null }): Execution {
  return { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
}

async function listWithoutVisibility({ workflowService, options }: Client): Promise<Execution[]> {
  const { namespace } = options;
  const [open, ended] = [
    await workflowService.listOpenWorkflowExecutions({ namespace }),
    await workflowService.listClosedWorkflowExecutions({ namespace }),
  ];
  return [...open.executions, ...ended.executions].map(executionOf);
}

async function fetchHistories({ workflow }: Client, executions: readonly Execution[]): Promise<Recorded[]> {
  const recorded = await inTurns(executions, beside, async ({ workflowId, runId }) => {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory().catch(unlessTooLarge);
    return history && { workflowId, history };
  });
  return recorded.filter((each) => each !== undefined);
}

function unlessTooLarge(error: unknown): undefined {
  if (error instanceof Error && error.message.includes('larger than max')) return undefined;
  throw error;
}

/** `WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW` */
const byReset = 20;

/** A replay gives an execution that a reset made the id of the one before it; a run goes by which of them it is. */
function wasReset({ events }: History): boolean {
  return events?.some((event) => event.workflowTaskFailedEventAttributes?.cause === byReset) === true;
}

/** The task queue of an execution; undefined where no worker has done anything of it yet. */
function playedOn({ events }: History): string | undefined {
  const played = events?.some((event) => event.workflowTaskCompletedEventAttributes != null);
  return played ? (events?.[0]?.workflowExecutionStartedEventAttributes?.taskQueue?.name ?? undefined) : undefined;
}

function divergence(diverged: readonly string[], replayed: number): PerdureError {
  return new PerdureError({
    code: 'history-diverged',
    message: `${diverged.length} of ${replayed} histories lead their workflows elsewhere when they are replayed: ${diverged.join('; ')}`,
    hint: 'Workflow code may depend on its input and on what came alone; a change of what it does, or in which order, needs patched().',
  });
}
