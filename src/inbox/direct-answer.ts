import type { SettleOptions } from '../client/answers.js';
import type { ClaimGrant } from '../core/claim.js';
import { isPerdureError, provesRefusal } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { AnswerVerdict, Question } from '../core/question.js';
import type { ProviderHandle, RunReport } from '../core/run.js';
import type { Call, EndpointDriver } from '../providers/provider.js';
import { driverOf, type InboxClient, type InboxOptions } from './options.js';
import type { Ask } from './patience.js';

/** What a direct answer is given with. */
export interface DirectMeans {
  perdure: Pick<InboxClient, 'claim' | 'settle'>;
  provider: InboxOptions['provider'];
  ask: Ask;
  /** Milliseconds for one answer of the provider's. */
  providerMs: number;
}

/** An answer that may not be stored, and who gives it. */
export interface DirectAnswer {
  question: Question;
  answer: Json;
  by: string;
  channel: string;
  decisionId: string;
}

/** What became of it at the provider. `why` never has a word of the provider's in it, which may repeat the answer. */
type Fate = { state: 'applied' | 'gone' | 'open' | 'unknown'; why: string };

const looksBeforeGone = 3;
const looksAfterDoubt = 3;
const pauseMs = 1_000;
const settleTries = 5;

/**
 * Gives an answer to the provider from this process, so that it is never in Temporal: the question is claimed, the
 * answer sent while it is still the pending one, and what became of it settled. Killed in between, the question becomes
 * `unknown` by itself, and nothing is sent again.
 */
export async function answerDirectly(means: DirectMeans, given: DirectAnswer): Promise<AnswerVerdict> {
  return (await giveDirectly(means, given)).verdict;
}

/** The same, with whether the answer may have reached the provider. */
export async function giveDirectly(
  means: DirectMeans,
  given: DirectAnswer,
): Promise<{ verdict: AnswerVerdict; maybeSent: boolean }> {
  const { perdure, ask } = means;
  const { question, by, channel, decisionId } = given;
  const claimed = await ask(() => perdure.claim(question.id, { by, channel, decisionId }));
  if (!claimed.accepted) return { verdict: claimed, maybeSent: false };
  const fate = await send(means, claimed.grant, given.answer);
  const noted = await settle(means, question.id, { decisionId, state: fate.state });
  const maybeSent = fate.state === 'applied' || fate.state === 'unknown';
  if (fate.state !== 'applied') return { verdict: { accepted: false, reason: fate.why }, maybeSent };
  return { verdict: noted ? { accepted: true } : { accepted: true, pending: true }, maybeSent };
}

/** What is needed to speak of a run to its provider, as far as its report tells it. */
export function handleOf({ generation, runId, sessionId }: RunReport): ProviderHandle {
  return {
    generation,
    mark: '',
    ...(runId !== undefined && { runId }),
    ...(sessionId !== undefined && { sessionId }),
    ownsSession: false,
    asks: true,
  };
}

/** Sends once, and only while the question is the pending one; whatever is unclear is looked at, never sent again. */
async function send({ provider, providerMs }: DirectMeans, grant: ClaimGrant, answer: Json): Promise<Fate> {
  const call: Call = { timeoutMs: providerMs };
  const { handle, question } = grant;
  let way: Way;
  try {
    way = { grant, call, driver: await driverOf(provider, grant) };
    if (!(await isStillPending(way))) return gone;
  } catch (error) {
    return { state: 'open', why: `Nothing was sent: the provider could not be asked (${codeOf(error)}).` };
  }
  try {
    await way.driver.answer(handle, question, answer, { ...call, secret: true });
    return { state: 'applied', why: '' };
  } catch (error) {
    if (isPerdureError(error, 'provider-conflict')) return gone;
    if (isPerdureError(error) && provesRefusal(error.code)) {
      return { state: 'open', why: `The provider did not take the answer (${error.code}). It may be given again.` };
    }
    return afterDoubt(way, codeOf(error));
  }
}

interface Way {
  grant: ClaimGrant;
  driver: EndpointDriver;
  call: Call;
}

/** A question that is gone after its answer was sent was answered by it. */
async function afterDoubt(way: Way, code: string): Promise<Fate> {
  for (let look = 0; look < looksAfterDoubt; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    try {
      if (!(await isPending(way))) return { state: 'applied', why: '' };
    } catch {
      // The next look may tell.
    }
  }
  const why = `Nobody knows whether the provider has the answer (${code}). The question stays to be answered again.`;
  return { state: 'unknown', why };
}

const gone: Fate = { state: 'gone', why: 'The agent has moved on: this question is closed, and nothing was sent.' };

/** One look that does not show the question proves nothing. */
async function isStillPending(way: Way): Promise<boolean> {
  for (let look = 1; look < looksBeforeGone; look += 1) {
    if (await isPending(way)) return true;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return isPending(way);
}

async function isPending({ driver, grant: { handle, question }, call }: Way): Promise<boolean> {
  return (await driver.pendingQuestion(handle, call, question.providerId))?.providerId === question.providerId;
}

/** Whether it was noted; where it can't be, the workflow makes the question `unknown` by itself. */
async function settle({ perdure, ask }: DirectMeans, id: string, options: SettleOptions): Promise<boolean> {
  for (let attempt = 1; attempt <= settleTries; attempt += 1) {
    try {
      return (await ask(() => perdure.settle(id, options))).accepted;
    } catch (error) {
      if (!isPerdureError(error) || !error.retryable) return false;
      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));
    }
  }
  return false;
}

function codeOf(error: unknown): string {
  return isPerdureError(error) ? error.code : 'internal';
}
