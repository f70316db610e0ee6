import { type Call, isoTime, type Route, wholeNumber } from '../call.js';
import { ok, Refusal, type Reply } from '../reply.js';
import type { Session } from '../session.js';
import { filteredSessions, fullFilters, lightFilters } from './session-filters.js';
import { creditsUsed, durationOf, sessionStatus, stepsOf } from './sessions.js';

function list(call: Call): Reply {
  const limit = wholeNumber(call, 'limit', { low: 10, high: 50, otherwise: 10 });
  if (![10, 20, 50].includes(limit)) throw new Refusal(400, 'limit must be 10, 20 or 50');
  const page = wholeNumber(call, 'page', { low: 1, high: 1_000_000, otherwise: 1 });
  const found = sorted(call, filteredSessions(call, [...fullFilters, 'page', 'limit', 'sort_by', 'sort_order']));
  const sessions = found.slice((page - 1) * limit, page * limit).map((session) => row(call, session));
  const total_pages = Math.ceil(found.length / limit);
  return ok({ data: { sessions, total: found.length, page, total_pages } });
}

/** Ascending by creation unless the query says otherwise. */
function sorted({ query }: Call, sessions: Session[]): Session[] {
  const by = query.get('sort_by') ?? 'created_at';
  const order = query.get('sort_order') ?? 'asc';
  if (by !== 'created_at') throw new Refusal(400, `sort_by '${by}' is not supported`);
  if (order !== 'asc' && order !== 'desc') throw new Refusal(400, 'sort_order must be asc or desc');
  return order === 'asc' ? sessions : sessions.reverse();
}

function row(call: Call, session: Session): unknown {
  const { usedCredits } = call.world.behaviour.anchor;
  const used = creditsUsed(call, session);
  return {
    id: session.id,
    status: sessionStatus(call, session),
    tags: session.tags,
    used_credits: { number: used, text: String(used), 'N/A': 'N/A' }[usedCredits],
    steps: stepsOf(call, session),
    duration: durationOf(call, session),
    created_at: isoTime(session.createdAt),
    user_configuration: session.configuration,
    task_initiated: session.byProvider,
    task_executions_count: session.runs.length,
    api_key_name: call.account.label,
  };
}

function statuses(call: Call): Reply {
  const items = filteredSessions(call, lightFilters).map((session) => ({
    session_id: session.id,
    status: sessionStatus(call, session),
    tags: session.tags,
    created_at: isoTime(session.createdAt),
  }));
  return ok({ data: { count: items.length, items } });
}

export const sessionListRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/sessions', operation: 'session.list', handle: list },
  { method: 'GET', path: '/v1/sessions/all/status', operation: 'session.list', handle: statuses },
];
