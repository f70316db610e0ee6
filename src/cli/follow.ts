import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunHandle } from '../client/run-handle.js';
import type { Question } from '../core/question.js';
import { isFinal, type Outcome, type RunReport } from '../core/run.js';
import { aborted } from './interruption.js';

const firstLookMs = 250;
const slowestLookMs = 2_000;

/** Who follows a run. */
export interface Follower {
  /** Told of each look at the run. */
  onReport(report: RunReport): void;
  /** Told once of each open question. */
  onQuestion(question: Question): void;
  /** Longest pause between two looks in milliseconds. Default 2,000. */
  readonly slowestMs?: number;
}

/** A run, and the client that its handle came from. */
export interface Followed {
  handle: RunHandle;
  client: Client;
}

/**
 * Follows a run to its end; undefined when the signal came first. No call of it is left when it returns. Throws what
 * `outcome` throws.
 */
export async function follow(
  { handle, client }: Followed,
  follower: Follower,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const over = new AbortController();
  const { connection } = client;
  // The client adds a listener for each request of a long wait.
  setMaxListeners(0, over.signal);
  const outcome = connection.withAbortSignal(over.signal, () => handle.outcome());
  const looks = look({ handle, client }, follower, over.signal);
  // A follower that fails is no reason to lose the outcome.
  looks.catch(() => undefined);
  try {
    return await Promise.race([outcome, aborted(signal).then(() => undefined)]);
  } finally {
    over.abort();
    // A call that is tried again on a closed connection would throw where nobody can catch it.
    await Promise.allSettled([outcome, looks]);
  }
}

async function look({ handle, client }: Followed, follower: Follower, over: AbortSignal): Promise<void> {
  const told = new Set<string>();
  const { slowestMs = slowestLookMs } = follower;
  const ask = <T>(question: () => Promise<T>) => askWhile(over, client, question);
  for (let wait = firstLookMs; !over.aborted; wait = Math.min(slowestMs, wait * 1.2)) {
    const report = await ask(() => handle.status());
    if (over.aborted || (report && isFinal(report.status))) return;
    if (report) follower.onReport(report);
    if (report?.status === 'waiting-for-person') {
      for (const question of (await ask(() => handle.questions())) ?? []) {
        if (question.state !== 'open' || told.has(question.id) || over.aborted) continue;
        told.add(question.id);
        follower.onQuestion(question);
      }
    }
    await pause(wait, undefined, { signal: over }).catch(() => undefined);
  }
}

/** Asks until it is over; undefined where there was no answer: a look is made again, and the outcome tells what is wrong. */
async function askWhile<T>(over: AbortSignal, client: Client, ask: () => Promise<T>): Promise<T | undefined> {
  const call = new AbortController();
  const end = () => call.abort();
  over.addEventListener('abort', end, { once: true });
  try {
    return await client.connection.withAbortSignal(call.signal, ask);
  } catch {
    return undefined;
  } finally {
    over.removeEventListener('abort', end);
  }
}
