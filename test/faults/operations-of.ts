import { endpointFlags } from '../../src/core/endpoints.js';
import type { Operation } from '../../src/simulator/operation.js';
import type { PlannedRun } from './program.js';

/** The requests that a run makes in any case, so that what is planned for them also happens. */
export function operationsOf(run: Pick<PlannedRun, 'endpoint' | 'session' | 'life'>): Operation[] {
  const { endpoint, session, life } = run;
  const { blockingStart, ownsSession } = endpointFlags[endpoint];
  const own = ownsSession && session === 'own';
  const asks = life.asks.length > 0 && session !== 'provider';
  const question: Operation[] = asks ? ['answer', ownsSession ? 'questions' : 'messages'] : [];
  return [
    'start',
    ...(blockingStart ? [] : (['status'] as const)),
    ...(own ? (['session.create', 'session.end', 'session.get'] as const) : []),
    ...question,
  ];
}
