import { type Call, liveSessionOf, param, runOf, type Route } from '../call.js';
import { uuidOf } from '../random.js';
import { ok, Refusal, type Reply } from '../reply.js';
import type { Run } from '../run.js';
import { reportedStatus, resultOf, startAtAnchor } from './runs.js';
import { taskShape } from './shapes.js';

const endpoint = 'anchor.task';

/** The id of the task with that name; a name that is a UUID is its own id. */
export const taskIdOf = (name: string): string =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name) ? name : uuidOf(`task ${name}`);

/** Whether there is such a task, by name or id; without a list of tasks there is every one. */
export function taskExists({ world }: Call, nameOrId: string): boolean {
  if (!world.tasks) return true;
  return [...world.tasks].some((name) => name === nameOrId || taskIdOf(name) === nameOrId);
}

function start(call: Call): Reply {
  const { body } = call;
  const taskId = param(call, 'taskId');
  if (!taskExists(call, taskId)) throw new Refusal(404, 'Task not found');
  const sessionId = body['session_id'];
  const session = typeof sessionId === 'string' ? liveSessionOf(call, sessionId) : undefined;
  const run = startAtAnchor(call, {
    endpoint,
    text: `${taskId} ${JSON.stringify(body['input_params'])}`,
    taskId,
    mayAsk: true,
    session,
    closesSession: cleansUp(call, session !== undefined, body['cleanup_sessions']),
  });
  return ok(runBody(call, run));
}

/** Whether the end of a task closes its session. */
export function cleansUp({ world }: Call, callers: boolean, flag: unknown): boolean {
  return flag !== false && (!callers || world.behaviour.anchor.cleanupEndsCallersSession);
}

const words = { completed: 'success', failed: 'failure', 'timed-out': 'timeout', cancelled: 'cancelled' } as const;

/** The status in the words of v2 runs and legacy executions. */
export const taskStatus = (run: Run): string => {
  if (run.end) return words[run.end.state];
  return run.phase === 'queued' ? 'queued' : 'running';
};

function runBody(call: Call, run: Run): unknown {
  const { end, session } = run;
  return {
    run_id: run.id,
    status: reportedStatus(call, run) ?? taskStatus(run),
    ...(end?.state === 'completed' ? { result: resultOf(run) } : {}),
    ...(end && end.state !== 'completed' ? { error: end.message ?? 'The task failed' } : {}),
    ...(session ? { session_id: session.id } : {}),
  };
}

export const taskRoutes: readonly Route[] = [
  { method: 'POST', path: '/v2/tasks/:taskId/run', operation: 'start', endpoint, body: taskShape, handle: start },
  {
    method: 'GET',
    path: '/v2/tasks/runs/:runId/status',
    operation: 'status',
    endpoint,
    handle: (call) => ok(runBody(call, runOf(call, param(call, 'runId'), endpoint))),
  },
];
