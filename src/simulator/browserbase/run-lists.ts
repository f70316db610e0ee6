import { type Call, instant, isoTime, param, type Route, runOf, wholeNumber } from '../call.js';
import { ok, Refusal, type Reply } from '../reply.js';
import type { Run } from '../run.js';
import { runBody, statusOf } from './runs.js';

const statuses = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'STOPPED', 'TIMED_OUT', 'PAUSED'];

/** A cursor names the last run of the page before, so that new runs don't shift the next page. */
function list(call: Call): Reply {
  const { world, account, query } = call;
  const status = query.get('status');
  if (status !== null && !statuses.includes(status))
    throw new Refusal(400, `status must be one of ${statuses.join(', ')}`);
  const limit = wholeNumber(call, 'limit', { low: 1, high: 1000, otherwise: 20 });
  const from = instant(call, 'startAt') ?? -Infinity;
  const to = instant(call, 'endAt') ?? Infinity;
  const agent = query.get('agentId');
  const newest = world.behaviour.browserbase.listOrder === 'newest-first';
  const matches = (run: Run): boolean => {
    if (run.createdAt < from || run.createdAt > to || (agent !== null && run.taskId !== agent)) return false;
    if (world.now - run.createdAt < run.plan.listedAfterMs) return false;
    world.settle(run);
    return status === null || statusOf(call, run) === status;
  };
  const page: Run[] = [];
  const { runs } = account;
  const step = newest ? -1 : 1;
  for (let at = firstPlace(call, runs, newest); at >= 0 && at < runs.length && page.length <= limit; at += step) {
    const run = runs[at];
    if (!run || (newest ? run.createdAt < from : run.createdAt > to)) break;
    if (matches(run)) page.push(run);
  }
  const more = page.length > limit;
  const data = page.slice(0, limit);
  const nextCursor = more ? cursorOf(data.at(-1)) : null;
  return ok({ data: data.map((run) => runBody(call, run)), limit, nextCursor });
}

const cursorOf = (run: Run | undefined): string => Buffer.from(run?.id ?? '').toString('base64url');

function firstPlace({ query, world }: Call, runs: readonly Run[], newest: boolean): number {
  const cursor = query.get('cursor');
  if (cursor === null) return newest ? runs.length - 1 : 0;
  const last = world.runs.get(Buffer.from(cursor, 'base64url').toString());
  const place = last ? runs.indexOf(last) : -1;
  if (place < 0) throw new Refusal(400, 'cursor is not valid');
  return newest ? place - 1 : place + 1;
}

function messages(call: Call): Reply {
  const { query } = call;
  const run = runOf(call, param(call, 'runId'), 'browserbase.agentRun');
  const limit = wholeNumber(call, 'limit', { low: 1, high: 100, otherwise: 20 });
  const since = query.get('since');
  const place = run.messages.findIndex((message) => message.id === since);
  if (since !== null && place < 0) throw new Refusal(400, 'since is not the id of a message');
  const later = run.messages.slice(place + 1);
  const page = query.get('all') === 'true' ? later : later.slice(0, limit);
  const data = page.map(({ id, at, role, content }) => ({ id, createdAt: isoTime(at), message: { role, content } }));
  return ok({ data, nextSince: page.at(-1)?.id ?? since });
}

export const runListRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/agents/runs', operation: 'list', endpoint: 'browserbase.agentRun', handle: list },
  {
    method: 'GET',
    path: '/v1/agents/runs/:runId/messages',
    operation: 'messages',
    endpoint: 'browserbase.agentRun',
    handle: messages,
  },
];
