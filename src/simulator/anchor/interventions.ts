import { type Call, liveSessionOf, param, type Route } from '../call.js';
import { ok, Refusal, type Reply } from '../reply.js';
import { goOn, type OpenQuestion, type Run, wakeWatchers } from '../run.js';
import type { Session } from '../session.js';
import { misfit } from '../shape.js';
import { interventionShape } from './shapes.js';

type Asking = Run & { readonly question: OpenQuestion };

const isAsking = (run: Run): run is Asking => run.question !== undefined;

/** Oldest first. */
const pendingIn = (session: Session): Asking[] =>
  session.runs.filter(isAsking).sort((a, b) => a.question.askedAt - b.question.askedAt);

function request({ question }: Asking): Record<string, unknown> {
  const { kind, message, fields } = question.asked;
  return {
    requestId: question.id,
    message,
    inputType: kind === 'confirm' || kind === 'fields' ? kind : 'text',
    ...(fields ? { fields } : {}),
  };
}

function pending(call: Call): Reply {
  const requests = pendingIn(liveSessionOf(call, param(call, 'sessionId'))).map(request);
  const status = requests.length ? 'pending' : 'none';
  const newest = requests.at(-1)?.['message'];
  return ok({ data: { status, ...(newest === undefined ? {} : { message: newest }), requests } });
}

function allPending(call: Call): Reply {
  const { world, account } = call;
  world.settleAll(account);
  const items = [...account.liveSessions].flatMap((session) =>
    pendingIn(session).map((run) => ({ ...request(run), sessionId: session.id, tags: session.tags })),
  );
  return ok({ data: { count: items.length, items } });
}

/** Without a `requestId` the newest question is answered. A second answer, or an unknown id, is a 404: not documented. */
function respond(call: Call): Reply {
  const { world, account, entry, body } = call;
  const session = liveSessionOf(call, param(call, 'sessionId'));
  const asking = pendingIn(session);
  const { requestId, response } = body;
  const run = requestId === undefined ? asking.at(-1) : asking.find((each) => each.question.id === requestId);
  if (!run) throw new Refusal(404, 'No such pending request');
  const wrong = unfit(run.question, response);
  if (wrong !== undefined) throw new Refusal(400, wrong);
  const questionId = run.question.id;
  run.answers.push(response);
  session.touchedAt = world.now;
  entry.runId = run.id;
  goOn(run, world.now);
  const detail = { questionId, answer: response };
  world.book.effect(account, entry, {
    effect: 'answer',
    endpoint: run.endpoint,
    runId: run.id,
    sessionId: session.id,
    detail,
  });
  wakeWatchers(run);
  return ok({ data: { status: 'success' } });
}

function unfit({ asked }: OpenQuestion, response: unknown): string | undefined {
  const isText = typeof response === 'string';
  if (asked.kind === 'confirm')
    return isText || typeof response === 'boolean' ? undefined : 'response must be a boolean';
  if (asked.kind !== 'fields') return isText ? undefined : 'response must be a string';
  const required = (asked.fields ?? []).filter((field) => field.required).map(({ name }) => name);
  return misfit(response, { type: 'object', required }, 'response');
}

export const interventionRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/sessions/pending-interventions', operation: 'questions', handle: allPending },
  {
    method: 'GET',
    path: '/v1/sessions/:sessionId/agent/requested-human-intervention',
    operation: 'questions',
    handle: pending,
  },
  {
    method: 'POST',
    path: '/v1/sessions/:sessionId/agent/respond-to-human-intervention',
    operation: 'answer',
    body: interventionShape,
    handle: respond,
  },
];
