import type { ProviderQuestion } from './question.js';

/**
 * What a provider's status means. `gone`: the provider does not know the run. `other`: a status never seen before,
 * which does not end the run.
 */
export type ReadingState = 'running' | 'waiting' | 'completed' | 'failed' | 'stopped' | 'timed-out' | 'gone' | 'other';

/** One look at a run. The result does not travel with it. */
export interface Reading {
  state: ReadingState;
  /** The provider's own word. */
  providerStatus: string;
  sessionId?: string;
  /** The provider's reason, where it failed. */
  error?: string;
  question?: ProviderQuestion;
}

/** Tells whether the provider will change nothing any more. */
export function isTerminal(state: ReadingState): boolean {
  return ['completed', 'failed', 'stopped', 'timed-out', 'gone'].includes(state);
}
