import { endpointFlags } from '../../src/core/endpoints.js';
import type { Phase } from '../../src/simulator/hook.js';
import type { Random } from '../../src/simulator/random.js';
import { operationsOf } from './operations-of.js';
import type { Act, AnswerManner, Instant, PlannedRun } from './program.js';

const phases: readonly Phase[] = ['received', 'effected', 'replied'];
const manners: readonly AnswerManner[] = [
  'plain',
  'same-decision-twice',
  'rivals',
  'wrong-question-first',
  'off-schema-first',
];

/** What is done to a run: answers to all that it asks, and at most one thing that disturbs its story. */
export function planActs(random: Random, run: PlannedRun, ended: boolean): Act[] {
  const acts: Act[] = [];
  if (run.life.asks.length > 0) acts.push({ kind: 'answer', how: random.pick(manners) ?? 'plain' });
  const decision = random.pick(['again', 'give-up', undefined] as const);
  if (decision) acts.push({ kind: 'decide', how: decision });
  const dice = random.next();
  if (dice < 0.22) acts.push({ kind: 'cancel', at: planInstant(random, run) });
  else if (dice < 0.3 && !ended) acts.push(planReset(random, run));
  else if (dice < 0.35) acts.push({ kind: random.pick(['stalled-start', 'lost-report'] as const) ?? 'lost-report' });
  return acts;
}

function planInstant(random: Random, run: PlannedRun): Instant {
  const on = random.pick(operationsOf(run)) ?? 'start';
  return { on, phase: random.pick(phases) ?? 'received', nth: on === 'status' ? 1 + random.below(3) : 1 };
}

function planReset(random: Random, run: PlannedRun): Act {
  const to = random.pick(['before-start', 'after-start'] as const) ?? 'before-start';
  if (endpointFlags[run.endpoint].blockingStart) {
    return { kind: 'reset', to: 'before-start', at: { on: 'start', phase: 'effected', nth: 1 } };
  }
  return { kind: 'reset', to, at: { on: 'status', phase: 'replied', nth: 1 } };
}
