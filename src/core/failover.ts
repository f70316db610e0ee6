import type { RunEnd } from './batch.js';
import type { Effect, FinalStatus, Outcome } from './run.js';

/**
 * Whether a step may be run at its next target after this outcome: after refusals alone always; once an agent may have
 * worked, only where doing it twice does no harm. Never after a cancel or a question that nobody answered, which another
 * target would meet in the same way.
 */
export function mayFailOver({ status, error, attempts }: Outcome, effect: Effect): boolean {
  const refused = attempts.every(({ outcome }) => outcome === 'refused');
  return mayGoOn({ status, code: error?.code, refused }, effect);
}

/** The same for what a batch is told of the end of an item's run; not after an end that no run has told. */
export function mayItemFailOver({ status, code, error, refused }: RunEnd, effect: Effect): boolean {
  return error === undefined && mayGoOn({ status, code, refused: refused === true }, effect);
}

function mayGoOn(
  { status, code, refused }: { status: FinalStatus; code: string | undefined; refused: boolean },
  effect: Effect,
): boolean {
  if (status === 'completed' || status === 'cancelled' || code === 'question-expired') return false;
  return effect === 'read' || refused;
}
