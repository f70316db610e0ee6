import { type Call, isoTime, param, type Route, sessionOf, wholeNumber } from '../call.js';
import { uuidOf } from '../random.js';
import { ok, Refusal, type Reply } from '../reply.js';
import type { Session } from '../session.js';
import { releaseShape } from './shapes.js';

function statusOf({ end }: Session): string {
  if (!end) return 'RUNNING';
  return end.by === 'max-duration' ? 'TIMED_OUT' : 'COMPLETED';
}

function body(call: Call, session: Session): Record<string, unknown> {
  const { end, createdAt } = session;
  return {
    id: session.id,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(end?.at ?? createdAt),
    startedAt: isoTime(createdAt),
    ...(end ? { endedAt: isoTime(end.at) } : {}),
    expiresAt: isoTime(createdAt + session.maxMs),
    keepAlive: false,
    projectId: uuidOf(`project ${call.account.label}`),
    proxyBytes: 0,
    region: 'us-west-2',
    status: statusOf(session),
  };
}

const own = (call: Call): Session => sessionOf(call, param(call, 'sessionId'));

/** The sessions of runs can't be marked, so the query `q` finds none of them. */
function list(call: Call): Reply {
  const { world, account, query } = call;
  world.settleAll(account);
  const status = query.get('status');
  const found = query.has('q') ? [] : account.sessions.filter((each) => status === null || statusOf(each) === status);
  return ok(found.map((session) => body(call, session)));
}

function release(call: Call): Reply {
  const { world, account, entry } = call;
  const session = own(call);
  if (!session.end) {
    world.endSession(session, 'release');
    world.book.effect(account, entry, { effect: 'session.end', sessionId: session.id, tags: session.tags });
  }
  return ok(body(call, session));
}

function debug(call: Call): Reply {
  const session = own(call);
  wholeNumber(call, 'expiresIn', { low: 1, high: 21_600, otherwise: 21_600 });
  if (session.end) throw new Refusal(410, 'The session has ended');
  const debuggerUrl = `${call.world.url}/live/${session.viewToken}`;
  const wsUrl = `${call.world.url.replace(/^http/, 'ws')}/live/${session.viewToken}`;
  const page = {
    id: uuidOf(`page ${session.id}`),
    url: 'https://example.com/',
    title: 'Simulated page',
    faviconUrl: '',
    debuggerUrl,
    debuggerFullscreenUrl: debuggerUrl,
  };
  return ok({ debuggerUrl, debuggerFullscreenUrl: debuggerUrl, wsUrl, pages: [page] });
}

export const sessionRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/sessions', operation: 'session.list', handle: list },
  {
    method: 'GET',
    path: '/v1/sessions/:sessionId',
    operation: 'session.get',
    handle: (call) => ok(body(call, own(call))),
  },
  { method: 'POST', path: '/v1/sessions/:sessionId', operation: 'session.end', body: releaseShape, handle: release },
  { method: 'GET', path: '/v1/sessions/:sessionId/debug', operation: 'live-view', handle: debug },
];
