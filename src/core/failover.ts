import type { Effect, Outcome } from './run.js';

/**
 * Whether a step may be run at its next target after this outcome: after refusals alone always; once an agent may have
 * worked, only where doing it twice does no harm. Never after a cancel or a question that nobody answered, which another
 * target would meet in the same way.
 */
export function mayFailOver({ status, error, attempts }: Outcome, effect: Effect): boolean {
  if (status === 'completed' || status === 'cancelled' || error?.code === 'question-expired') return false;
  return effect === 'read' || attempts.every(({ outcome }) => outcome === 'refused');
}
