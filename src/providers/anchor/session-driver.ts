import type { Json } from '../../core/json.js';
import type { ProviderQuestion } from '../../core/question.js';
import { isTerminal, type Reading } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import { isPerdureError, PerdureError } from '../../core/errors.js';
import { unless } from '../border.js';
import type { Call, EndpointDriver, OpenedSession } from '../provider.js';
import type { AnchorClient } from './client.js';
import { findSessions, listMarkedSessions } from './marked-sessions.js';
import { ownSessionBody, type ResolvedSession, type SessionTerms } from './own-session.js';

/** What Anchor's four endpoints have in common, since all of them run in a session. */
type SessionDriver = Omit<
  EndpointDriver,
  'endpoint' | 'flags' | 'openSession' | 'start' | 'status' | 'statusMany' | 'read'
>;

/** The part of a driver that speaks of the session and its questions. */
export function createSessionDriver(client: AnchorClient): SessionDriver {
  const release = async (sessionId: string, call: Call) => {
    const ended = client.sessions.end(sessionId, call).then(() => true);
    return (await unless(['task-not-found'], ended)) === true;
  };
  return {
    find: (query, call) => findSessions(client, query, call),
    listMarked: (deployment, call) => listMarkedSessions(client, deployment, call),
    messages: async (_, cursor) => ({ messages: [], cursor }),
    stop: async ({ ownsSession, sessionId }, call) =>
      ownsSession && sessionId !== undefined ? release(sessionId, call) : true,
    pendingQuestion: ({ sessionId }, call, providerId) => pendingQuestion(client, sessionId, call, providerId),
    answer: ({ sessionId }, { providerId }, answer, call) => respond(client, { sessionId, providerId, answer }, call),
    pause: async ({ sessionId }, call) => {
      if (sessionId !== undefined) await client.agent.pause(sessionId, call);
    },
    resume: async ({ sessionId }, call) => {
      if (sessionId !== undefined) await client.agent.resume(sessionId, call);
    },
    release,
    session: async (sessionId, call) => {
      const session = await unless(['task-not-found'], client.sessions.get(sessionId, call));
      if (session === undefined) return undefined;
      const { live, status, steps, credits, tokens } = session;
      return { live, providerStatus: status, usage: { steps, credits, tokens } };
    },
    liveView: async () => undefined,
  };
}

/** Finds the live session with this mark, or opens one. */
export async function openOwnSession(
  client: AnchorClient,
  session: ResolvedSession,
  terms: SessionTerms,
  call: Call,
): Promise<OpenedSession> {
  const { mark } = terms;
  const { sessions } = await client.sessions.list({ tags: [mark] }, 1, call);
  const found = sessions.find(({ live, tags }) => live && tags.includes(mark));
  if (found) return { sessionId: found.id, found: true, markEchoed: true };
  const { id, liveViewUrl, tags } = await client.sessions.create(ownSessionBody(session, terms), call);
  return { sessionId: id, liveViewUrl, found: false, markEchoed: tags?.includes(mark) ?? true };
}

/** Adds the question that a run waits with, where it may ask and has not ended. */
export async function withQuestion(
  client: AnchorClient,
  { reading, handle }: { reading: Reading; handle: ProviderHandle },
  call: Call,
): Promise<Reading> {
  if (!handle.asks || isTerminal(reading.state)) return reading;
  const question = await pendingQuestion(client, handle.sessionId, call);
  return question ? { ...reading, state: 'waiting', question } : reading;
}

/** How a run stands as far as its session tells, where the run itself can't be looked at. */
export async function readingOfSession(
  client: AnchorClient,
  { sessionId }: ProviderHandle,
  call: Call,
): Promise<Reading> {
  if (sessionId === undefined) return { state: 'gone', providerStatus: 'unknown' };
  const session = await unless(['task-not-found'], client.sessions.get(sessionId, call));
  const providerStatus = session?.status ?? 'unknown';
  return { state: session?.live ? 'running' : 'gone', providerStatus, sessionId };
}

async function pendingQuestion(
  client: AnchorClient,
  sessionId: string | undefined,
  call: Call,
  providerId?: string,
): Promise<ProviderQuestion | undefined> {
  if (sessionId === undefined) return undefined;
  // A session that is not running has no queue: Anchor answers 400.
  const requests = (await unless(['request-rejected', 'task-not-found'], client.agent.requests(sessionId, call))) ?? [];
  const first = requests.find((request) => request.providerId === providerId) ?? requests[0];
  return first && { providerId: first.providerId, message: first.message, form: first.form };
}

async function respond(
  client: AnchorClient,
  { sessionId, providerId, answer }: { sessionId: string | undefined; providerId: string; answer: Json },
  call: Call,
): Promise<void> {
  if (sessionId === undefined) throw noLongerOpen(undefined);
  await call.beforeSend?.();
  try {
    await client.agent.respond(sessionId, providerId, answer, call);
  } catch (error) {
    if (isPerdureError(error, 'task-not-found')) throw noLongerOpen(error);
    if (!isPerdureError(error, 'request-rejected')) throw error;
    // What Anchor says to a late answer is not documented, so its list has to tell it from an answer that does not fit.
    const open = await client.agent.requests(sessionId, call).catch((reason: unknown) => {
      if (isPerdureError(reason)) return undefined;
      throw reason;
    });
    throw open?.some((request) => request.providerId === providerId) ? error : noLongerOpen(error);
  }
}

function noLongerOpen(cause: PerdureError | undefined): PerdureError {
  const message = 'Anchor does not know the question, or its session, any more.';
  const hint = 'The agent has moved on, or its session has ended: see what is open now with npx perdure questions.';
  return new PerdureError({ code: 'provider-conflict', message, hint, status: cause?.status, cause });
}
