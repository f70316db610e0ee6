import { createRandom, hash } from '../../src/simulator/random.js';
import type { AnswerManner, PlannedApproval, PlannedRun } from './program.js';

const further: readonly AnswerManner[] = ['late-again', 'claimed', 'claim-abandoned'];
const manners: readonly PlannedApproval['how'][] = [
  'plain',
  'same-decision-twice',
  'rivals',
  'wrong-question-first',
  'off-schema-first',
  'early',
  'nobody',
];

/** What people do beyond answering: late answers, claims, and deadlines at which nobody has answered. */
export function planPeople(seed: number, runs: readonly PlannedRun[]): void {
  const random = createRandom(hash('people', seed));
  for (const run of runs) {
    const dice = random.next();
    const manner = random.pick(further) ?? 'claimed';
    if (run.life.asks.length === 0) continue;
    if (dice < 0.2) {
      run.questionMs = 30_000;
      run.acts = run.acts.filter(({ kind }) => kind !== 'answer');
    } else if (dice < 0.6) {
      run.acts = run.acts.map((act) => (act.kind === 'answer' ? { ...act, how: manner } : act));
    }
  }
}

/** The approval that a user's workflow asks for beside the runs. */
export function planApproval(seed: number): PlannedApproval {
  const random = createRandom(hash('approval', seed));
  const how = random.pick(manners) ?? 'plain';
  return {
    name: `s${seed}-approval`,
    how,
    approved: random.next() < 0.5,
    deadlineMs: how === 'nobody' ? 40_000 : 2_000_000,
  };
}
