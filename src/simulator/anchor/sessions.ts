import { type Call, isoTime, param, type Route, sessionOf } from '../call.js';
import { admitSession, creditsOf, spentCredits } from '../limit.js';
import { taskIdOf } from './tasks.js';
import { ok, type Reply } from '../reply.js';
import { stepsBy } from '../run.js';
import { newSession, setTags, timed } from '../session-open.js';
import type { Session } from '../session.js';
import { sessionShape, tagsShape } from './shapes.js';

function create(call: Call): Reply {
  const { world, account, body, entry } = call;
  admitSession(world, account);
  const fields = timed(body['session'] ?? {}, 20 * 60_000);
  const session = newSession(world, account, { ...fields, configuration: body, byProvider: false });
  entry.sessionId = session.id;
  world.book.effect(account, entry, { effect: 'session.create', sessionId: session.id, tags: session.tags });
  const socket = world.url.replace(/^http/, 'ws');
  const cdp_url = `${socket}/cdp/${session.id}`;
  return ok({ data: { id: session.id, cdp_url, live_view_url: `${world.url}/live/${session.viewToken}` } });
}

/** The status as its documents leave it open: `running`, then what the behaviour says. */
export const sessionStatus = ({ world }: Call, session: Session): string =>
  session.end ? world.behaviour.anchor.endedStatus : 'running';

export function stepsOf({ world }: Call, session: Session): number {
  return session.runs.reduce((sum, run) => sum + stepsBy(run, world.now), 0);
}

export function creditsUsed({ world }: Call, session: Session): number {
  return session.runs.reduce((sum, run) => sum + creditsOf(world, run), 0);
}

export const durationOf = ({ world }: Call, session: Session): number =>
  Math.round(((session.end?.at ?? world.now) - session.createdAt) / 1000);

function get(call: Call): Reply {
  const session = sessionOf(call, param(call, 'sessionId'));
  const { anchor } = call.world.behaviour;
  const steps = stepsOf(call, session);
  const list = Array.from({ length: anchor.steps === 'list' ? steps : 0 }, (_, index) => ({ step: index + 1 }));
  const tokens = session.runs.reduce((sum, run) => sum + tokensOf(call, run), 0);
  return ok({
    data: {
      session_id: session.id,
      team_id: taskIdOf(`team ${call.account.label}`),
      duration: durationOf(call, session),
      status: sessionStatus(call, session),
      credits_used: creditsUsed(call, session),
      configuration: session.configuration,
      playground: false,
      proxy_bytes: 0,
      tokens,
      steps: anchor.steps === 'list' ? list : steps,
      tags: anchor.tags === 'list' ? session.tags : Object.fromEntries(session.tags.map((tag) => [tag, true])),
      created_at: isoTime(session.createdAt),
    },
  });
}

function tokensOf({ world }: Call, run: Session['runs'][number]): number {
  const { steps, tokens } = run.plan;
  const made = stepsBy(run, world.now);
  return Math.round(steps > 0 ? (tokens * made) / steps : made * 500);
}

/** Ends the session; one that has ended already is answered like one that has not. */
function end(call: Call): Reply {
  const session = sessionOf(call, param(call, 'sessionId'));
  close(call, session);
  return ok({ data: { status: 'success' } });
}

function close(call: Call, session: Session): void {
  const { world, account, entry } = call;
  if (session.end) return;
  world.endSession(session, 'delete');
  world.book.effect(account, entry, { effect: 'session.end', sessionId: session.id, tags: session.tags });
}

function endAll(call: Call): Reply {
  call.world.settleAll(call.account);
  for (const session of [...call.account.liveSessions]) close(call, session);
  return ok({ data: { status: 'success' } });
}

function tags(call: Call): Reply {
  return ok({ data: { tags: sessionOf(call, param(call, 'sessionId')).tags } });
}

function changeTags(call: Call): Reply {
  const { world, account, entry, body } = call;
  const session = sessionOf(call, param(call, 'sessionId'));
  setTags(session, (body['tags'] ?? []) as readonly string[]);
  world.book.effect(account, entry, { effect: 'session.tags', sessionId: session.id, tags: session.tags });
  return ok({ data: { tags: session.tags } });
}

/** One recording for a session that has ended and did not switch recording off. */
function recordings(call: Call): Reply {
  const session = sessionOf(call, param(call, 'sessionId'));
  const { recording } = (session.configuration['session'] ?? {}) as { recording?: { active?: boolean } };
  const items = session.end && recording?.active !== false ? [recordingOf(call, session, session.end.at)] : [];
  return ok({ data: { count: items.length, items } });
}

function recordingOf(call: Call, session: Session, at: number): unknown {
  return {
    id: taskIdOf(`recording ${session.id}`),
    created_at: isoTime(at),
    duration: String(durationOf(call, session)),
    file_link: `${call.world.url}/anchor/v1/sessions/${session.id}/recordings/primary/fetch`,
    is_primary: true,
    size: 1024,
    suggested_file_name: `${session.id}.mp4`,
  };
}

function billing(call: Call): Reply {
  const { world, account } = call;
  const { credits = 100, concurrent = -1 } = account.limits;
  const used = spentCredits(world, account);
  return ok({
    data: {
      credits: Math.max(0, credits - used),
      credits_used: used,
      included_credits: credits,
      billing_period: 'monthly',
      tier: 'growth',
      gifts_balance: 0,
      max_concurrent_browsers: concurrent,
      cost_limit: null,
    },
  });
}

export const sessionRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/sessions', operation: 'session.create', body: sessionShape, handle: create },
  { method: 'DELETE', path: '/v1/sessions/all', operation: 'session.end', handle: endAll },
  { method: 'GET', path: '/v1/sessions/:sessionId', operation: 'session.get', handle: get },
  { method: 'DELETE', path: '/v1/sessions/:sessionId', operation: 'session.end', handle: end },
  { method: 'GET', path: '/v1/sessions/:sessionId/tags', operation: 'session.tags', handle: tags },
  {
    method: 'PUT',
    path: '/v1/sessions/:sessionId/tags',
    operation: 'session.tags',
    body: tagsShape,
    handle: changeTags,
  },
  { method: 'DELETE', path: '/v1/sessions/:sessionId/tags', operation: 'session.tags', handle: changeTags },
  { method: 'GET', path: '/v1/sessions/:sessionId/recordings', operation: 'session.files', handle: recordings },
  { method: 'GET', path: '/v1/billing', operation: 'billing', handle: billing },
];
