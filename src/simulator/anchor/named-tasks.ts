import { type Call, isoTime, liveSessionOf, param, runOf, type Route, wholeNumber } from '../call.js';
import { ok, Refusal, type Reply } from '../reply.js';
import type { Run } from '../run.js';
import { ended, reportedStatus, resultOf, startAtAnchor } from './runs.js';
import { namedTaskShape } from './shapes.js';
import { cleansUp, taskExists, taskIdOf, taskStatus } from './tasks.js';

const endpoint = 'anchor.namedTask';

async function start(call: Call): Promise<Reply> {
  const { world, body } = call;
  const name = param(call, 'taskName');
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) throw new Refusal(400, 'taskName must match ^[a-zA-Z0-9_-]+$');
  if (!taskExists(call, name)) throw new Refusal(404, 'Task not found');
  const sessionId = body['sessionId'];
  const session = typeof sessionId === 'string' ? liveSessionOf(call, sessionId) : undefined;
  const taskId = taskIdOf(name);
  world.taskNames.set(taskId, name);
  const run = startAtAnchor(call, {
    endpoint,
    text: `${name} ${JSON.stringify(body['inputs'] ?? {})}`,
    taskId,
    mayAsk: false,
    session,
    closesSession: cleansUp(call, session !== undefined, body['cleanupSessions']),
    configuration: (body['overrideBrowserConfiguration'] ?? {}) as Record<string, unknown>,
  });
  if (body['async'] === true) return ok({ data: asyncBody(call, run) });
  await ended(call, run);
  return syncBody(call, run);
}

function asyncBody({ world }: Call, run: Run): unknown {
  const { executionResultId } = world.behaviour.anchor;
  const message = 'Task execution started';
  const data = { success: true, async: true, message, taskId: run.taskId };
  return executionResultId ? { ...data, executionResultId: run.id } : data;
}

function syncBody(call: Call, run: Run): Reply {
  const { end } = run;
  const executionTime = (end?.at ?? call.world.now) - run.createdAt;
  const data = { async: false, taskId: run.taskId, executionTime };
  if (end?.state === 'completed') {
    const message = 'Task executed successfully';
    return ok({ data: { success: true, message, ...data, output: outputOf(call, run) } });
  }
  const error = end?.message ?? 'The task failed';
  if (call.world.behaviour.anchor.legacyFailure === '500') throw new Refusal(500, error);
  return ok({ data: { success: false, message: 'Task execution failed', ...data, error } });
}

function outputOf({ world }: Call, run: Run): string {
  const result = resultOf(run);
  if (typeof result === 'string' && world.behaviour.anchor.legacyOutput === 'plain') return result;
  return JSON.stringify(result) ?? 'null';
}

function executionBody(call: Call, run: Run): Record<string, unknown> {
  const { end } = run;
  return {
    id: run.id,
    taskVersionId: taskIdOf(`version of ${run.taskId}`),
    version: '1',
    status: reportedStatus(call, run) ?? taskStatus(run),
    ...(end?.state === 'completed' ? { output: outputOf(call, run) } : {}),
    ...(end && end.state !== 'completed' ? { errorMessage: end.message ?? 'The task failed' } : {}),
    startTime: isoTime(run.startedAt ?? run.createdAt),
    ...(end ? { executionTime: end.at - run.createdAt } : {}),
  };
}

function execution(call: Call): Reply {
  const run = runOf(call, param(call, 'executionId'), endpoint);
  if (run.taskId !== param(call, 'taskId')) throw new Refusal(404, 'Execution not found');
  return ok({ data: executionBody(call, run) });
}

/** Newest first: the order is not documented. */
function executions(call: Call): Reply {
  const { world, account, query } = call;
  world.settleAll(account);
  const page = wholeNumber(call, 'page', { low: 1, high: 1_000_000, otherwise: 1 });
  const limit = wholeNumber(call, 'limit', { low: 1, high: 100, otherwise: 10 });
  const taskId = param(call, 'taskId');
  const found = account.runs
    .filter((run) => run.endpoint === endpoint && run.taskId === taskId)
    .filter((run) => world.now - run.createdAt >= run.plan.listedAfterMs)
    .map((run) => executionBody(call, run))
    .filter((row) => (query.get('status') ?? row['status']) === row['status'])
    .filter((row) => (query.get('version') ?? row['version']) === row['version'])
    .reverse();
  const totalPages = Math.ceil(found.length / limit);
  const results = found.slice((page - 1) * limit, page * limit);
  return ok({ data: { results, pagination: { page, limit, total: found.length, totalPages } } });
}

/** The tasks of the simulator's list, or, where it has none, those that were run by name. */
function tasks(call: Call): Reply {
  const { world } = call;
  const page = wholeNumber(call, 'page', { low: 1, high: 1_000_000, otherwise: 1 });
  const limit = wholeNumber(call, 'limit', { low: 1, high: 100, otherwise: 10 });
  const names = [...(world.tasks ?? world.taskNames.values())];
  const made = isoTime(Date.UTC(2026, 0, 1));
  const rows = names.slice((page - 1) * limit, page * limit).map((name) => ({
    id: taskIdOf(name),
    name,
    language: 'typescript',
    code: '',
    latestVersion: '1',
    deleted: false,
    teamId: taskIdOf(`team ${call.account.label}`),
    createdAt: made,
    updatedAt: made,
  }));
  return ok({ data: { tasks: rows, total: names.length, page, limit } });
}

export const namedTaskRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/task/run/:taskName', operation: 'start', endpoint, body: namedTaskShape, handle: start },
  { method: 'GET', path: '/v1/task/:taskId/executions', operation: 'list', endpoint, handle: executions },
  { method: 'GET', path: '/v1/task/:taskId/executions/:executionId', operation: 'status', endpoint, handle: execution },
  { method: 'GET', path: '/v1/task', operation: 'tasks', handle: tasks },
];
