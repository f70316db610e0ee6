import type { Evidence, Finding } from './evidence.js';

/** Judges whether an approval came to what people said, once, or to its default where nobody did. */
export function judgeApproval({ approval }: Evidence): Finding[] {
  if (!approval) return [];
  const { plan, verdict, answers } = approval;
  const findings: Finding[] = [];
  const add = (key: Finding['key'], what: string) => findings.push({ key, run: plan.name, what });
  if (!verdict) {
    add('stuck', 'it got no verdict within its deadline');
    return findings;
  }
  const mine = answers.filter(({ questionId }) => questionId === `${plan.name}~approve`);
  const taken = new Set(mine.filter(({ accepted }) => accepted).map(({ value }) => value));
  if (taken.size > 1) add('lostAnswers', 'two answers to its question were taken');
  if (verdict.expired) {
    if (verdict.approved) add('wrongOutcome', 'nobody answered, and it is approved');
    if (taken.size > 0) add('lostAnswers', 'an answer was taken, and it is told as expired');
  } else if (!taken.has(verdict.approved) && !mine.some(({ unsure, value }) => unsure && value === verdict.approved)) {
    add('lostAnswers', `its verdict is ${verdict.approved}, which nobody said`);
  }
  return findings;
}
