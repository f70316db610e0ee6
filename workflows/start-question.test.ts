import { expect, test } from 'vitest';
import { adoptionQuestion, readDecision, refuseDecision } from './start-question.js';

const trace = {
  generation: 2,
  mark: 'perdure-shop-0a1b-2c3d-g2',
  sessionId: 's-9d',
  startedAt: '2026-11-28T04:00:00.000Z',
  problem: 'POST /v1/agents/runs got no answer in 60 seconds.',
};

test('the question about a lost start says what became of it, where to look for it, what can be decided and what was met', () => {
  const { providerId, message, form } = adoptionQuestion('browserbase.agentRun', trace);
  expect(providerId).toBe('start-g2');
  expect(message).toBe(
    'The answer to the start was lost, and the run could not be found. Look for it at the provider ' +
      '(mark perdure-shop-0a1b-2c3d-g2, session s-9d, sent at 2026-11-28T04:00:00.000Z or soon after): ' +
      'adopt, start again, give up? What was met: POST /v1/agents/runs got no answer in 60 seconds.',
  );
  expect(form).toMatchObject({
    fields: [
      { name: 'decision', required: true, options: ['adopt', 'start again', 'give up'] },
      { name: 'runId', required: false, label: "The run's id at the provider, for 'adopt'" },
    ],
  });
});

test('what is not known of a lost start is left out, and a run whose only handle is its call is not to be adopted', () => {
  const bare = { ...trace, sessionId: undefined, startedAt: undefined };
  expect(adoptionQuestion('browserbase.agentRun', bare).message).toContain('(mark perdure-shop-0a1b-2c3d-g2): ');
  const { message, form } = adoptionQuestion('anchor.sessionAgent', trace);
  expect(message).toContain(': start again, give up? ');
  expect(form).toMatchObject({ fields: [{ options: ['start again', 'give up'] }, {}] });
});

test('an adoption wants the id of a run, in the form that its endpoint reads', () => {
  const adopt = (runId?: string) => ({ decision: 'adopt', ...(runId !== undefined && { runId }) });
  expect(refuseDecision('anchor.webTask', adopt())).toBe("To 'adopt', give the run's id at the provider in runId.");
  expect(refuseDecision('anchor.namedTask', adopt('r-1'))).toMatch(
    /^The run can't be taken up: .*<task id>\/<execution id>/,
  );
  expect(refuseDecision('anchor.webTask', adopt('r-1'))).toBeUndefined();
  expect([adopt('r-1'), { decision: 'start again' }, { decision: 'give up' }].map(readDecision)).toEqual([
    { kind: 'adopt', runId: 'r-1' },
    { kind: 'again' },
    { kind: 'give-up' },
  ]);
});
