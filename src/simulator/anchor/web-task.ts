import { param, type Call, liveSessionOf, runOf, type Route } from '../call.js';
import { ok, Refusal, type Reply } from '../reply.js';
import type { Run, RunEnd } from '../run.js';
import { webTaskShape } from './shapes.js';
import { ended, reportedStatus, resultOf, startAtAnchor } from './runs.js';

const endpoint = 'anchor.webTask';

async function start(call: Call): Promise<Reply> {
  const { world, body, query } = call;
  const sessionId = query.get('sessionId');
  const session = sessionId === null ? undefined : liveSessionOf(call, sessionId);
  const run = startAtAnchor(call, {
    endpoint,
    id: `perform-web-task-execution-${world.random.uuid()}-${world.random.uuid()}`,
    text: String(body['prompt']),
    schema: body['output_schema'],
    mayAsk: body['human_intervention'] === true,
    session,
    closesSession: session === undefined,
  });
  if (body['async'] === true) return ok({ data: { status: 'running', workflow_id: run.id } });
  const end = await ended(call, run);
  if (end.state === 'completed') {
    return ok({ data: wrapped(resultOf(run), world.behaviour.anchor.webTaskResult) });
  }
  if (world.behaviour.anchor.syncFailure === '500') throw new Refusal(500, end.message ?? 'The task failed');
  return ok({ data: { result: { status: 'failed', error: end.message } } });
}

const wrapped = (result: unknown, how: 'once' | 'twice') => ({ result: how === 'twice' ? { result } : result });

function status(call: Call): Reply {
  const run = runOf(call, param(call, 'workflowId'), endpoint);
  return ok({ data: statusOf(call, run, run.end) });
}

function statusOf(call: Call, run: Run, end: RunEnd | undefined): unknown {
  const odd = reportedStatus(call, run);
  if (odd !== undefined) return { status: odd };
  if (!end) return { status: 'RUNNING' };
  if (end.state === 'completed') {
    return { status: 'COMPLETED', ...wrapped(resultOf(run), call.world.behaviour.anchor.webTaskStatusResult) };
  }
  return { status: 'FAILED', error: end.message ?? 'The task failed' };
}

export const webTaskRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/tools/perform-web-task',
    operation: 'start',
    endpoint,
    body: webTaskShape,
    handle: start,
  },
  {
    method: 'GET',
    path: '/v1/tools/perform-web-task/:workflowId/status',
    operation: 'status',
    endpoint,
    handle: status,
  },
];
