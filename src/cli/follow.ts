import { setTimeout as pause } from 'node:timers/promises';
import type { RunHandle } from '../client/run-handle.js';
import { isPerdureError } from '../core/errors.js';
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

/** Follows a run to its end; undefined when the signal came first. Throws what `outcome` throws. */
export async function follow(handle: RunHandle, follower: Follower, signal: AbortSignal): Promise<Outcome | undefined> {
  const over = new AbortController();
  const outcome = handle.outcome();
  outcome.catch(() => undefined);
  const looks = look(handle, follower, over.signal);
  looks.catch(() => undefined);
  try {
    return await Promise.race([outcome, aborted(signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}

async function look(handle: RunHandle, follower: Follower, over: AbortSignal): Promise<void> {
  const told = new Set<string>();
  const { slowestMs = slowestLookMs } = follower;
  for (let wait = firstLookMs; !over.aborted; wait = Math.min(slowestMs, wait * 1.2)) {
    const report = await ignoringTrouble(() => handle.status());
    if (over.aborted || (report && isFinal(report.status))) return;
    if (report) follower.onReport(report);
    if (report?.status === 'waiting-for-person') {
      for (const question of (await ignoringTrouble(() => handle.questions())) ?? []) {
        if (question.state !== 'open' || told.has(question.id) || over.aborted) continue;
        told.add(question.id);
        follower.onQuestion(question);
      }
    }
    await pause(wait, undefined, { signal: over }).catch(() => undefined);
  }
}

/** Who waits for the outcome is told of lost connections; a look is simply made again. */
async function ignoringTrouble<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isPerdureError(error)) return undefined;
    throw error;
  }
}
