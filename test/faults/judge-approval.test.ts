import { expect, test } from 'vitest';
import type { Evidence } from './evidence.js';
import { judgeApproval } from './judge-approval.js';

test('an approval comes to what somebody said, or to no where nobody did', () => {
  const plan = { name: 'ap', how: 'plain', approved: true, deadlineMs: 1 } as const;
  const said = (value: boolean, accepted = true) => ({ questionId: 'ap~approve', value, accepted, at: 0 });
  const verdict = (approved: boolean, expired = false) => ({ approved, expired });
  const judged = (approval: Omit<NonNullable<Evidence['approval']>, 'plan' | 'questions'>) =>
    judgeApproval({ approval: { plan, questions: [], ...approval } } as unknown as Evidence).map(({ key }) => key);
  expect(judged({ verdict: verdict(true), answers: [said(true), said(false, false)] })).toEqual([]);
  expect(judged({ verdict: verdict(false, true), answers: [] })).toEqual([]);
  expect(judged({ verdict: verdict(false), answers: [said(true)] })).toEqual(['lostAnswers']);
  expect(judged({ verdict: verdict(true), answers: [said(true), said(false)] })).toEqual(['lostAnswers']);
  expect(judged({ verdict: verdict(true, true), answers: [] })).toEqual(['wrongOutcome']);
  expect(judged({ verdict: verdict(false, true), answers: [said(true)] })).toEqual(['lostAnswers']);
  expect(judged({ answers: [] })).toEqual(['stuck']);
});
