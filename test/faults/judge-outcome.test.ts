import { expect, test } from 'vitest';
import type { Outcome } from '../../src/core/run.js';
import type { RunRecord } from '../../src/simulator/ledger.js';
import type { RunEvidence } from './evidence.js';
import { judge } from './judge.js';
import type { PlannedRun } from './program.js';

const plan: PlannedRun = {
  name: 's1-r0.',
  endpoint: 'browserbase.agentRun',
  effect: 'write',
  session: 'none',
  marked: true,
  deadlineMs: 2_000_000,
  checked: false,
  life: { lastsMs: 10_000, ending: 'completed', offSchema: false, listedAfterMs: 0, asks: [] },
  acts: [],
};

const own: RunRecord = {
  kind: 'run',
  id: 'a',
  provider: 'browserbase',
  account: 'browserbase-1',
  endpoint: plan.endpoint,
  text: plan.name,
  tags: [],
  startedAt: 0,
  endedAt: 10_000,
  state: 'completed',
  steps: 3,
};

const completed: Outcome = {
  key: plan.name,
  endpoint: plan.endpoint,
  status: 'completed',
  result: { of: plan.name },
  attempts: [{ generation: 1, outcome: 'accepted', runId: 'a', startedAt: '', notes: [] }],
  questions: [],
  cleanup: { confirmed: true, left: [] },
  usage: {},
  provider: { runId: 'a' },
  startedAt: '',
  endedAt: '',
};

/** What the judge says of an outcome, beside the truth about its run. */
function said(
  outcome: Partial<Outcome>,
  truth: Partial<RunRecord> = {},
  { storm, ...more }: Partial<RunEvidence> & { storm?: boolean } = {},
): string[] {
  const run = { plan, outcome: { ...completed, ...outcome }, endedAt: 20_000, taskFailures: 0, answers: [], done: [] };
  const ledger = { runs: [{ ...own, ...truth }], sessions: [], entries: [], counts: {} };
  const weather = { limits: {}, done: storm ? ['storm' as const] : [] };
  return judge({ seed: 1, runs: [{ ...run, ...more }], ledger, weather }).findings.map(
    ({ key, what }) => `${key}: ${what}`,
  );
}

const error = (code: string) => ({ code, message: '' });

test('a result of another run, or one off the schema, is a wrong outcome', () => {
  expect(said({ result: { of: 'another' } })).toEqual([expect.stringContaining('wrongOutcome: its result is')]);
  const off = { ...plan, checked: true, life: { ...plan.life, offSchema: true } };
  expect(said({ result: { nothing: plan.name } }, {}, { plan: off })).toEqual([
    expect.stringContaining('off the schema, and was believed'),
  ]);
});

test('a status that the provider knows nothing of is a wrong outcome', () => {
  const failed = { state: 'failed' } as const;
  expect(said({}, failed)).toEqual([expect.stringContaining('no start of it completed')]);
  expect(said({ status: 'failed', error: error('run-failed') }, { state: 'cancelled' })).toEqual([
    expect.stringContaining('no start of it failed'),
  ]);
  expect(said({ status: 'cancelled', error: error('cancelled') }, failed)).toEqual([
    expect.stringContaining('nobody cancelled it'),
  ]);
  expect(said({ status: 'timed-out', error: error('run-timed-out') }, failed)).toEqual([
    expect.stringContaining('no deadline had passed'),
  ]);
});

test('a run that cancelled itself, or was cancelled, may be told as cancelled', () => {
  expect(said({ status: 'cancelled', error: error('cancelled') }, { state: 'cancelled' })).toEqual([]);
  expect(said({ status: 'cancelled', error: error('cancelled') }, { state: 'failed' }, { done: ['cancel'] })).toEqual(
    [],
  );
});

test('an accepted start that is told as refused is a wrong outcome', () => {
  const refused = { ...completed, attempts: [{ ...completed.attempts[0], outcome: 'refused' }] } as Outcome;
  expect(said({ ...refused, status: 'failed', error: error('request-rejected') })).toEqual([
    expect.stringContaining('its start is told as refused'),
  ]);
});

test('an unknown outcome needs an unknown start', () => {
  const unknown = { status: 'unknown', error: error('start-unknown') } as const;
  expect(said(unknown, { state: 'failed' })).toEqual([expect.stringContaining('without an unknown start')]);
  const attempts: Outcome['attempts'] = [{ generation: 1, outcome: 'unknown', startedAt: '', notes: [] }];
  expect(said({ ...unknown, attempts, provider: {} }, { state: 'failed' })).toEqual([]);
});

test('ids of another run are a wrong outcome', () => {
  const [attempt] = completed.attempts;
  const attempts = attempt ? [attempt, { ...attempt, lateRunId: 'b' }] : [];
  expect(said({ attempts })).toEqual([expect.stringContaining('its attempts name b')]);
  expect(said({ provider: { runId: 'b' } })).toEqual([expect.stringContaining('it names the run b')]);
  expect(said({ provider: { runId: 'a', sessionId: 's' } })).toEqual([
    expect.stringContaining('it names the session s'),
  ]);
});

test('a run that completed long before it was given up is a wrong outcome', () => {
  const late = { status: 'timed-out', error: error('deadline-exceeded') } as const;
  expect(said(late, {}, { endedAt: 2_000_000 })).toEqual([expect.stringContaining('its run completed')]);
});

test('a run that completed before its deadline may be told as timed out where a storm let nobody read it, and it says so', () => {
  const told = { status: 'timed-out', error: { code: 'deadline-exceeded', message: 'It could not be read.' } } as const;
  const late = { endedAt: 2_000_000 };
  expect(said(told, {}, { ...late, storm: true })).toEqual([]);
  expect(said(told, {}, late)).toEqual([expect.stringContaining('its run completed')]);
  expect(said({ ...told, error: error('deadline-exceeded') }, {}, { ...late, storm: true })).toEqual([
    expect.stringContaining('its run completed'),
  ]);
});

test('a run without an outcome, or with failed workflow tasks, is stuck', () => {
  expect(said({}, {}, { outcome: undefined })).toContainEqual(expect.stringContaining('stuck'));
  expect(said({}, {}, { taskFailures: 2 })).toEqual([expect.stringContaining('stuck: 2 of its workflow tasks')]);
});
