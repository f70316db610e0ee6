import { expect, test } from 'vitest';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { Outcome } from '../../src/core/run.js';
import type { RunRecord } from '../../src/simulator/index.js';
import { type EndedRun, judge } from './judge.js';
import { planRuns, resultOf } from './planned-run.js';

const [plan] = planRuns(1);
const at = (seconds: number) => new Date(seconds * 1000).toISOString();

function ended(given: Partial<Outcome>, endpoint: EndpointName = 'anchor.webTask'): EndedRun {
  if (!plan) throw new TypeError('there is no plan');
  const outcome = {
    status: 'completed',
    result: resultOf(plan),
    provider: { runId: 'run-1' },
    startedAt: at(10),
    endedAt: at(20),
    ...given,
  } as Outcome;
  return { plan: { ...plan, endpoint, asks: false }, outcome };
}

function record(given: Partial<RunRecord> = {}): RunRecord {
  return { kind: 'run', id: 'run-1', text: plan?.text ?? '', state: 'completed', endedAt: 19, ...given } as RunRecord;
}

const books = (...runs: RunRecord[]) => ({
  runs,
  open: runs.filter(({ endedAt }) => endedAt === undefined),
  answers: [],
});
const killed = (part: string) => [{ part, at: 15_000, backAt: 16_000 }];

test('a run that completed with its own result, and once, is as it has to be', () => {
  const { violations, completed, starts } = judge([ended({})], books(record()), []);
  expect({ violations, completed, starts }).toEqual({ violations: [], completed: 1, starts: 1 });
});

test.each<[string, EndedRun, RunRecord[]]>([
  ['did not end', { ...ended({}), outcome: undefined }, [record()]],
  ['another result than its own', ended({ result: { done: 'other' } }), [record()]],
  ['which its provider does not say', ended({}), [record({ state: 'failed' })]],
  ['ended failed', ended({ status: 'failed' }), [record()]],
  ['ended unknown', ended({ status: 'unknown' }), [record()]],
  ['was started 2 times', ended({}), [record(), record({ id: 'run-2' })]],
  ['still lives', ended({}), [record(), record({ id: 'run-2', text: 'Other', endedAt: undefined })]],
])('a violation: %s', (words, run, runs) => {
  expect(judge([run], books(...runs), []).violations).toEqual([expect.stringContaining(words)]);
});

test('a blocking call ends unknown where what held it was killed, and only there', () => {
  const run = ended({ status: 'unknown' }, 'anchor.sessionAgent');
  const violations = (part: string) => judge([run], books(record()), killed(part)).violations.length;
  expect(['worker 1', 'Temporal server', 'inbox'].map(violations)).toEqual([0, 0, 1]);
  expect(judge([run], books(record()), []).violations).toHaveLength(1);
});

test('each question is answered once', () => {
  const asking = { ...ended({}), plan: { ...ended({}).plan, asks: true } };
  expect(judge([asking], books(record()), []).violations).toEqual([
    '1 questions were asked, 0 answers reached the providers',
  ]);
});

test('runs are spread over all endpoints, and each text names one run only', () => {
  const plans = planRuns(50);
  expect(new Set(plans.map(({ endpoint }) => endpoint)).size).toBe(5);
  expect(new Set(plans.map(({ text }) => text)).size).toBe(50);
  expect(plans.filter(({ asks }) => asks).length).toBeGreaterThan(4);
});
