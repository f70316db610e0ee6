import { endpointFlags } from '../../core/endpoints.js';
import type { Ledger } from '../../simulator/index.js';
import { resultOf, type Row } from './board.js';
import type { Stage } from './stage.js';

/** What did not come as the demo promises; empty when all did. */
export function brokenPromises(
  rows: readonly Row[],
  { simulator, worker }: Pick<Stage, 'simulator' | 'worker'>,
): string[] {
  const { ledger } = simulator;
  const spared = worker.replace && !worker.wasReplaced() ? ['the worker was not killed'] : [];
  const unanswered = rows.flatMap((row) => ofAnswer(row, ledger, worker.wasReplaced()));
  return [...rows.flatMap((row) => ofRow(row, ledger)), ...unanswered, ...leftovers(ledger), ...spared];
}

/** Where its worker is killed in the very moment of the answer, a run can't know whether it arrived; its provider does. */
function ofAnswer({ part, outcome }: Row, ledger: Ledger, workerKilled: boolean): string[] {
  const { key, agent } = part;
  if (!outcome || agent.endpoint !== 'anchor.webTask') return [];
  const fates = workerKilled ? ['applied', 'unknown'] : ['applied'];
  const arrived = ledger.answers.filter(({ runId }) => runId === outcome.provider.runId).length;
  return arrived === 1 && fates.includes(outcome.questions[0]?.state ?? '') ? [] : [`${key} got no answer, or more`];
}

function ofRow(row: Row, ledger: Ledger): string[] {
  const { part, outcome } = row;
  const { key, agent, ends } = part;
  if (!outcome) return [`${key} has not ended`];
  const { status, error, cleanup, result } = outcome;
  const taken = outcome.attempts.filter((attempt) => attempt.outcome === 'accepted').length;
  return [
    ...(status === ends ? [] : [`${key} ended ${status}, not ${ends}${error ? `: ${error.message}` : ''}`]),
    ...(ends === 'completed' && result === undefined ? [`${key} has no result`] : []),
    ...(taken <= 1 ? [] : [`${key} was taken ${taken} times`]),
    ...(cleanup.confirmed ? [] : [`${key} may have left ${cleanup.left.join(', ')}`]),
    ...(endpointFlags[agent.endpoint].blockingStart || resultOf(row, ledger).polls > 0
      ? []
      : [`${key} was never looked at`]),
  ];
}

/** The judge is the providers' own book, not what the runs say of themselves. */
export function leftovers(ledger: Ledger): string[] {
  return ledger.open.map(
    ({ kind, id, tags }) => `the provider's ${kind} ${id} still lives (${tags.join(', ') || 'no tags'})`,
  );
}
