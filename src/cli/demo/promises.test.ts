import { expect, test } from 'vitest';
import { anchor } from '../../core/builders.js';
import type { Question } from '../../core/question.js';
import type { Outcome } from '../../core/run.js';
import { Ledger } from '../../simulator/index.js';
import type { Row } from './board.js';
import { brokenPromises } from './promises.js';

const runId = 'run-1';
const look = {
  kind: 'request',
  seq: 1,
  at: 0,
  operation: 'status',
  runId,
  method: 'GET',
  path: '',
  query: {},
  headers: {},
} as const;
const effect = {
  kind: 'effect',
  seq: 1,
  at: 0,
  effect: 'answer',
  provider: 'anchor',
  account: 'anchor-1',
  request: 1,
  runId,
  detail: { questionId: 'q', answer: 'Bern' },
} as const;

/** What of the demo is broken where its answer became this, and arrived so often by the provider's book. */
function broken(state: Question['state'], arrived: number, killed: boolean): string[] {
  const entries = [look, ...Array.from({ length: arrived }, () => effect)];
  const ledger = new Ledger({ entries, runs: [], sessions: [], counts: {} });
  const agent = anchor.webTask({ prompt: 'Which?' });
  const outcome = {
    status: 'completed',
    result: {},
    attempts: [],
    cleanup: { confirmed: true, left: [] },
    questions: [{ state }],
    provider: { runId },
    usage: { polls: 1 },
  } as unknown as Outcome;
  const part = { key: 'demo/web-task', agent, ends: 'completed' } as Row['part'];
  const row = { part, outcome, startedAt: 0 } as unknown as Row;
  const worker = { wasReplaced: () => killed } as never;
  return brokenPromises([row], { simulator: { ledger } as never, worker });
}

test('an answer is applied, and arrives once', () => {
  expect(broken('applied', 1, false)).toEqual([]);
  for (const arrived of [0, 2])
    expect(broken('applied', arrived, false)).toEqual(['demo/web-task got no answer, or more']);
});

test('only of an answer whose worker was killed a run may not know whether it arrived', () => {
  expect(broken('unknown', 1, true)).toEqual([]);
  expect(broken('unknown', 1, false)).not.toEqual([]);
  expect(broken('unknown', 0, true)).not.toEqual([]);
  expect(broken('gone', 1, true)).not.toEqual([]);
});
