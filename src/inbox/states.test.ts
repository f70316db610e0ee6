import { expect, test } from 'vitest';
import { questionOf } from '../../test/inbox/fake.js';
import type { Attempt, Outcome, RunReport } from '../core/run.js';
import { statesOf } from './states.js';

const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 4, 0, second)).toISOString();
const report: RunReport = {
  key: 'a',
  endpoint: 'anchor.webTask',
  account: 'anchor/default',
  status: 'running',
  generation: 1,
  startedAt: at(0),
};
const attempts: Attempt[] = [{ generation: 1, outcome: 'accepted', startedAt: at(1), notes: [] }];
const asked = questionOf({ id: 'perdure:run:a~q', title: 'The agent asks', askedAt: at(2) });

const shortly = (states: ReturnType<typeof statesOf>) => states.map(({ status, why }) => `${status}: ${why}`);

test('the states of a run are those that its starts, questions and end tell, in the order of their times', () => {
  const questions = [
    { ...asked, state: 'applied', by: 'ann', answeredAt: at(4) } as const,
    questionOf({ ...asked, id: 'perdure:run:a~start-g1', title: 'What became of it?', askedAt: at(1), state: 'gone' }),
  ];
  const outcome = { status: 'failed', endedAt: at(9), error: { code: 'run-failed', message: '' } } as Outcome;
  expect(shortly(statesOf({ report, outcome, attempts, questions }))).toEqual([
    'queued: it was asked for',
    'starting: start 1',
    'waiting-for-person: What became of it?',
    'waiting-for-person: The agent asks',
    'running: ann answered',
    'failed: run-failed',
  ]);
});

test('of a run that goes on its present state is the last, also where nobody kept when it began', () => {
  const present = { ...report, providerStatus: 'RUNNING' };
  expect(statesOf({ report: present, attempts }).at(-1)).toEqual({
    status: 'running',
    why: 'its provider says RUNNING',
  });
  const waits = { ...report, status: 'waiting-for-person' } as const;
  expect(shortly(statesOf({ report: waits, attempts, questions: [asked] }))).toEqual([
    'queued: it was asked for',
    'starting: start 1',
    'waiting-for-person: The agent asks',
  ]);
});
