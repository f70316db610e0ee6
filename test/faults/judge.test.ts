import { expect, test } from 'vitest';
import type { Attempt, Outcome } from '../../src/core/run.js';
import type { EffectEntry, RequestEntry, RunRecord, SessionRecord } from '../../src/simulator/ledger.js';
import type { Evidence, RunEvidence } from './evidence.js';
import { judge } from './judge.js';
import { longDeadlineMs } from './pace.js';
import type { PlannedRun } from './program.js';

const plan: PlannedRun = {
  name: 's1-r0.',
  endpoint: 'browserbase.agentRun',
  effect: 'read',
  session: 'none',
  marked: true,
  deadlineMs: 2_000_000,
  checked: false,
  life: { lastsMs: 10_000, ending: 'completed', offSchema: false, listedAfterMs: 0, asks: [] },
  acts: [],
};

const base = { provider: 'browserbase', account: 'browserbase-1' } as const;

function started(id: string, startedAt: number, endedAt: number | undefined): RunRecord {
  const { endpoint, name: text } = plan;
  return { kind: 'run', id, ...base, endpoint, text, tags: [], startedAt, endedAt, state: 'completed', steps: 3 };
}

function request(operation: RequestEntry['operation'], at: number, more: Partial<RequestEntry> = {}): RequestEntry {
  return {
    kind: 'request',
    seq: at,
    at,
    ...base,
    operation,
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    ...more,
  };
}

const attempt = (runId: string | undefined, outcome: Attempt['outcome'] = 'accepted'): Attempt => ({
  generation: 1,
  outcome,
  runId,
  startedAt: '',
  notes: [],
});

const completed: Outcome = {
  key: plan.name,
  endpoint: plan.endpoint,
  status: 'completed',
  result: { of: plan.name },
  attempts: [attempt('a')],
  questions: [],
  cleanup: { confirmed: true, left: [] },
  usage: {},
  provider: { runId: 'a' },
  startedAt: '',
  endedAt: '',
};

const run: RunEvidence = { plan, outcome: completed, endedAt: 20_000, taskFailures: 0, answers: [], done: [] };

interface Ledger {
  runs?: RunRecord[];
  sessions?: SessionRecord[];
  entries?: Evidence['ledger']['entries'];
}

/** What the judge finds, by key. */
function found(changed: Partial<RunEvidence>, ledger: Ledger = {}, more: Partial<Evidence> = {}): string[] {
  const { runs = [started('a', 0, 10_000)], sessions = [], entries = [] } = ledger;
  const evidence = {
    seed: 1,
    runs: [{ ...run, ...changed }],
    ledger: { runs, sessions, entries, counts: {} },
    weather: { limits: {}, done: [] },
    ...more,
  };
  return judge(evidence).findings.map(({ key }) => key);
}

const outcome = (changed: Partial<Outcome>): Partial<RunEvidence> => ({ outcome: { ...completed, ...changed } });
const twice = [started('a', 0, 10_000), started('b', 2_000, 12_000)];

test('a run that ended as its provider says is clean', () => {
  expect(found({})).toEqual([]);
});

test('two starts that lived together and of which the attempts tell one are a silent duplicate', () => {
  expect(found({}, { runs: twice })).toEqual(['silentDuplicates']);
});

test('two starts that lived together are not silent when the attempts tell of both and the first was not listed', () => {
  const told = { ...outcome({ attempts: [attempt(undefined, 'unknown'), attempt('b')] }), plan: hidden };
  expect(found(told, { runs: twice })).toEqual([]);
});

const hidden = { ...plan, life: { ...plan.life, listedAfterMs: 60_000 } };

test('a second start is a duplicate, though told, when the first stood in the lists while it was to be looked for', () => {
  const told = outcome({ attempts: [attempt(undefined, 'unknown'), attempt('b')], provider: { runId: 'b' } });
  expect(found(told, { runs: twice })).toEqual(['silentDuplicates']);
});

test('a second start of a write is a doubled write, told or not, unless a person wanted it', () => {
  const told = outcome({ attempts: [attempt(undefined, 'unknown'), attempt('b')] });
  const write = { ...hidden, effect: 'write' as const };
  expect(found({ ...told, plan: write }, { runs: twice })).toEqual(['doubledWrites']);
  expect(found({ ...told, plan: write, done: ['decide again'] }, { runs: twice })).toEqual([]);
});

test('starts one after the other, of which only one worked, are no duplicate', () => {
  const idle = { ...started('a', 0, 1_000), steps: 0, state: 'failed' as const };
  const told = outcome({ attempts: [attempt(undefined, 'unknown'), attempt('b')], provider: { runId: 'b' } });
  expect(found(told, { runs: [idle, started('b', 2_000, 12_000)] })).toEqual([]);
});

test('a run or a session with our mark that outlives its end is an orphan', () => {
  expect(found({}, { runs: [started('a', 0, undefined)] })).toContain('orphans');
  const tags = [plan.name, 'perdure-faults-x-y-g1'];
  const session: SessionRecord = { kind: 'session', id: 's', ...base, tags, byProvider: false, startedAt: 0 };
  expect(found({}, { sessions: [session] })).toEqual(['orphans']);
  expect(found({}, { sessions: [{ ...session, endedAt: 15_000 }] })).toEqual([]);
});

test('a run that took effect after the end is an orphan only where the outcome calls all cleaned up', () => {
  const late = [started('a', 0, 10_000), started('b', 30_000, 90_000)];
  const told = { attempts: [attempt('a'), attempt(undefined, 'unknown')] };
  expect(found({ ...outcome(told), plan: hidden }, { runs: late })).toContain('orphans');
  const honest = outcome({ ...told, cleanup: { confirmed: false, left: ['run:mark'] } });
  expect(found({ ...honest, plan: hidden }, { runs: late })).not.toContain('orphans');
});

test('what outlives a sweep is an orphan, and what a sweep takes from a neighbour a wrong outcome', () => {
  const late = { runs: [started('a', 0, 10_000), started('b', 30_000, undefined)] };
  const honest = outcome({
    attempts: [attempt('a'), attempt(undefined, 'unknown')],
    cleanup: { confirmed: false, left: ['run:b'] },
  });
  expect(found({ ...honest, plan: hidden }, late, { sweep: { live: ['b'], evicted: [] } })).toContain('orphans');
  expect(found({}, {}, { sweep: { live: [], evicted: ['session n'] } })).toEqual(['wrongOutcome']);
});

const question = {
  id: `perdure:run:${plan.name}~q`,
  kind: 'agent',
  key: plan.name,
  assignees: [] as string[],
  title: '',
  message: '',
  form: { kind: 'text' },
  askedAt: '',
} as const;
const given = { questionId: 'q', value: 'yes', accepted: true, at: 5_000 };

function applied(answer: string, seq: number, questionId = 'q'): EffectEntry {
  return {
    kind: 'effect',
    seq,
    at: seq,
    ...base,
    effect: 'answer',
    request: seq,
    runId: 'a',
    detail: { questionId, answer },
  };
}

test('an answer that is told as applied and is not is lost', () => {
  const told = { ...outcome({ questions: [{ ...question, state: 'applied' }] }), answers: [given] };
  expect(found(told)).toEqual(['lostAnswers']);
  expect(found(told, { entries: [applied('yes', 6_000)] })).toEqual([]);
});

test('an answer that is told as gone and was applied is lost, but for a reset', () => {
  const told = { ...outcome({ questions: [{ ...question, state: 'gone' }] }), answers: [given] };
  expect(found(told)).toEqual([]);
  expect(found(told, { entries: [applied('yes', 6_000)] })).toEqual(['lostAnswers']);
  expect(found({ ...told, done: ['reset'] }, { entries: [applied('yes', 6_000)] })).not.toContain('lostAnswers');
});

test('an answer of which nobody knows may have been applied or not, but it was sent', () => {
  const told = { ...outcome({ questions: [{ ...question, state: 'unknown' }] }), answers: [given] };
  const sent = request('answer', 6_000, { path: '/v1/agents/runs/a/resume', body: { task: 'yes' }, status: 'lost' });
  expect(found(told)).toEqual(['lostAnswers']);
  expect(found(told, { entries: [sent] })).toEqual([]);
  expect(found(told, { entries: [sent, applied('yes', 6_000)] })).toEqual([]);
});

test('an answer that reaches its question twice, or another question, is lost', () => {
  const told = { ...outcome({ questions: [{ ...question, state: 'applied' }] }), answers: [given] };
  expect(found(told, { entries: [applied('yes', 6_000), applied('yes', 7_000)] })).toEqual(['lostAnswers']);
  expect(found(told, { entries: [applied('yes', 6_000), applied('yes', 7_000, 'other')] })).toEqual(['lostAnswers']);
});

test('of two different answers to one question only one may be taken', () => {
  const told = {
    ...outcome({ questions: [{ ...question, state: 'applied' }] }),
    answers: [given, { ...given, value: 'no' }],
  };
  expect(found(told, { entries: [applied('yes', 6_000)] })).toEqual(['lostAnswers']);
});

test('an answer is not to be sent again after it was confirmed', () => {
  const sent = { path: '/v1/agents/runs/a/resume', body: { task: 'yes' }, status: 202 } as const;
  const told = { ...outcome({ questions: [{ ...question, state: 'applied' }] }), answers: [given] };
  const once = [request('answer', 6_000, sent), applied('yes', 6_000)];
  expect(found(told, { entries: once })).toEqual([]);
  expect(found(told, { entries: [...once, request('answer', 7_000, { ...sent, status: 409 })] })).toEqual([
    'lostAnswers',
  ]);
});

test('an answer for which the agent waits until the deadline is lost', () => {
  const error = { code: 'deadline-exceeded', message: '' };
  const late = outcome({ status: 'timed-out', error, questions: [{ ...question, state: 'answered' }] });
  const waited = { ...late, answers: [given], endedAt: 2_000_000 };
  const runs = [{ ...started('a', 0, 2_000_000), state: 'cancelled' as const }];
  expect(found(waited, { runs })).toEqual(['lostAnswers']);
  expect(found({ ...waited, done: ['cancel'] }, { runs })).toEqual([]);
});

test('only an unchecked blocking call may take an answer of the wrong shape for its result', () => {
  const session = { sessionId: 's' };
  const runs = [{ ...started('a', 0, 10_000), ...session }];
  const entries = [request('start', 0, { ...session, fault: 'wrong-shape', status: 200 })];
  const blocking: PlannedRun = { ...plan, endpoint: 'anchor.sessionAgent' };
  const outcome = { ...completed, result: { unexpected: true }, attempts: [attempt(undefined)], provider: {} };
  const ledger = { runs, entries };
  expect(found({ plan: blocking, outcome }, ledger)).toEqual([]);
  expect(found({ plan: blocking, outcome }, { runs })).toEqual(['wrongOutcome']);
  expect(found({ plan: { ...blocking, checked: true }, outcome }, ledger)).toEqual(['wrongOutcome']);
  expect(found({ outcome }, ledger)).toEqual(['wrongOutcome']);
});

test('what a reset could not find is told by one attempt, however many starts it were', () => {
  const endpoint = 'anchor.namedTask';
  const runs = ['a', 'b', 'c'].map((id, index) => ({ ...started(id, index * 1_000, 10_000), endpoint }) as const);
  const lost = { ...attempt(undefined, 'unknown'), fence: 'none' as const };
  const error = { code: 'start-unknown', message: 'the workflow was reset, and may have started it before' };
  const told = (first: Attempt) => ({
    plan: { ...plan, endpoint } as const,
    outcome: { ...completed, attempts: [first, attempt('c')], provider: { runId: 'c' } },
    done: ['reset', 'decide again'],
  });
  expect(found(told({ ...lost, error }), { runs })).toEqual([]);
  expect(found(told(lost), { runs })).toContain('silentDuplicates');
});

test('a run that completed unseen may be told as timed out only where its last look was lost, and it says so', () => {
  const runs = [started('a', 0, 10_000)];
  const message = 'The run did not end before its deadline, and was not reached then: The result could not be read.';
  const outcome = { ...completed, status: 'timed-out' as const, result: undefined };
  const untold = { ...outcome, error: { code: 'deadline-exceeded', message: '' } };
  const told = { ...outcome, error: { code: 'deadline-exceeded', message } };
  const look = (status: RequestEntry['status']) => ({
    runs,
    entries: [request('status', 9_000, { runId: 'a', status })],
  });
  const late = { endedAt: 1_000_000 };
  expect(found({ ...late, outcome: told }, look('lost'))).toEqual([]);
  expect(found({ ...late, outcome: told }, look(200))).toEqual(['wrongOutcome']);
  expect(found({ ...late, outcome: untold }, look('lost'))).toEqual(['wrongOutcome']);
});

test('more runs at once than their account allows are seen; where a start was lost nobody can say', () => {
  const limits = { anchor: { concurrentRuns: 1 }, browserbase: { concurrentRuns: 1 } };
  const weather = { weather: { limits, done: [] } };
  const two = [started('a', 0, 10_000), started('b', 9_000, 12_000)];
  expect(found({}, { runs: two }, weather)).toContain('overLimit');
  expect(found({}, { runs: [started('a', 0, 10_000), started('b', 10_000, 12_000)] }, weather)).not.toContain(
    'overLimit',
  );
  const unsure = outcome({ attempts: [{ generation: 1, outcome: 'unknown', startedAt: '', notes: [] }] });
  expect(found(unsure, { runs: two }, weather)).not.toContain('overLimit');
});

test('a run that met a long deadline without being started is stuck', () => {
  const late = outcome({ status: 'timed-out', attempts: [], error: { code: 'deadline-exceeded', message: '' } });
  const patient = { ...plan, deadlineMs: longDeadlineMs };
  expect(found({ ...late, plan: patient }, { runs: [] })).toContain('stuck');
});
