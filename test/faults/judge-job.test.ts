import { expect, test } from 'vitest';
import type { Attempt, Outcome } from '../../src/core/run.js';
import type { RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, JobEvidence, RunEvidence, StepEnd } from './evidence.js';
import { judgeJob } from './judge-job.js';
import type { PlannedJob, PlannedRun } from './program.js';

const target = (name: string): PlannedRun => ({
  name,
  endpoint: 'browserbase.agentRun',
  effect: 'write',
  session: 'none',
  marked: true,
  deadlineMs: 600_000,
  checked: false,
  life: { lastsMs: 10_000, ending: 'completed', offSchema: false, listedAfterMs: 0, asks: [] },
  acts: [],
});

const plan: PlannedJob = {
  name: 'j',
  kind: 'workflow',
  budget: { runs: 2 },
  steps: ['a', 'b'].map((name) => ({ name, targets: [target(`j-${name}1.`), target(`j-${name}2.`)] })),
  beneath: 0,
  faults: [],
};

const attempt = (outcome: Attempt['outcome']): Attempt => ({ generation: 1, outcome, startedAt: '', notes: [] });

function run(name: string, status: Outcome['status'], attempts: Attempt['outcome'][] = ['accepted']): RunEvidence {
  const outcome: Outcome = {
    key: name,
    endpoint: 'browserbase.agentRun',
    status,
    attempts: attempts.map(attempt),
    questions: [],
    cleanup: { confirmed: true, left: [] },
    usage: {},
    provider: {},
    startedAt: '',
    endedAt: '',
  };
  return { plan: target(name), outcome, endedAt: 0, taskFailures: 0, answers: [], done: [] };
}

function started(text: string, startedAt = 0, endedAt = 10): RunRecord {
  const base = { kind: 'run', provider: 'browserbase', account: '', endpoint: 'browserbase.agentRun' } as const;
  return { ...base, id: `${text}${startedAt}`, text, tags: [], startedAt, endedAt, state: 'completed', steps: 1 };
}

const amounts = (limit: number, used: number, left = limit - used) => ({
  limits: { runs: limit },
  used: { runs: used },
  left: { runs: left },
});

const done = (step: string): StepEnd => ({ step, key: `j/${step}`, status: 'completed', failedOver: [] });

interface Found {
  job?: Partial<JobEvidence>;
  runs?: RunEvidence[];
  ledger?: RunRecord[];
}

const both = [run('j-a1.', 'completed'), run('j-b1.', 'completed')];

/** What the judge finds, by key, where two steps of two runs completed but for what is changed. */
function found({ job, runs = both, ledger = [started('j-a1.'), started('j-b1.')] }: Found = {}): string[] {
  const base = { plan, ends: [done('a'), done('b')], budget: amounts(2, 2), raised: { sure: 0, most: 0 } };
  const evidence = {
    seed: 1,
    job: { ...base, taskFailures: 0, done: [], ...job },
    runs,
    ledger: { runs: ledger, sessions: [], entries: [], counts: {} },
    weather: { limits: {}, done: [] },
  };
  return judgeJob(evidence as Evidence).map(({ key }) => key);
}

/** Step `a` went on at its second target after this outcome at its first. */
function goneOn(
  first: RunEvidence,
  { effect = 'write', ...more }: { effect?: 'read' | 'write'; end?: Partial<StepEnd>; ledger?: RunRecord[] } = {},
): string[] {
  const steps = plan.steps.map((step) => ({ ...step, targets: step.targets.map((each) => ({ ...each, effect })) }));
  const refused = first.outcome?.attempts.every(({ outcome }) => outcome === 'refused') === true;
  const end = { step: 'a', key: 'j/a:2', status: 'completed', failedOver: ['j/a'], ...more.end };
  return found({
    job: {
      plan: { ...plan, steps, budget: { runs: 3 } },
      ends: [end, done('b')],
      budget: amounts(3, refused ? 2 : 3),
    },
    runs: [first, run('j-a2.', 'completed'), run('j-b1.', 'completed')],
    ledger: more.ledger ?? [...(refused ? [] : [started('j-a1.')]), started('j-a2.'), started('j-b1.')],
  });
}

test('steps that completed within their budget are clean', () => {
  expect(found()).toEqual([]);
});

test('a write goes on at its next target after refusals alone', () => {
  expect(goneOn(run('j-a1.', 'failed', ['refused', 'refused']))).toEqual([]);
  expect(goneOn(run('j-a1.', 'failed'))).toEqual(['doubledWrites']);
  expect(goneOn(run('j-a1.', 'failed'), { effect: 'read' })).toEqual([]);
});

test('a write of whose start nobody knows is begun nowhere else, though nothing came of it', () => {
  const ledger = [started('j-a2.'), started('j-b1.')];
  expect(goneOn(run('j-a1.', 'unknown', ['unknown']), { ledger })).toEqual(['doubledWrites']);
});

test('a start that was told as refused, and was accepted, doubles a write that goes on', () => {
  const ledger = [started('j-a1.'), started('j-a2.'), started('j-b1.')];
  const findings = goneOn(run('j-a1.', 'failed', ['refused']), { ledger });
  expect(findings).toContain('doubledWrites');
});

test('nothing goes on after what completed, was cancelled, or waited for a person in vain', () => {
  expect(goneOn(run('j-a1.', 'completed'), { effect: 'read' })).toEqual(['wrongOutcome']);
  expect(goneOn(run('j-a1.', 'cancelled'), { effect: 'read' })).toEqual(['wrongOutcome']);
  const expired = run('j-a1.', 'failed');
  if (expired.outcome) expired.outcome.error = { code: 'question-expired', message: '' };
  expect(goneOn(expired, { effect: 'read' })).toEqual(['wrongOutcome']);
});

test('a step that ran at two targets says so, and names the one that it came to', () => {
  const first = run('j-a1.', 'failed');
  expect(goneOn(first, { effect: 'read', end: { failedOver: [] } })).toEqual(['silentDuplicates']);
  expect(goneOn(first, { effect: 'read', end: { key: 'j/a' } })).toEqual(['wrongOutcome']);
  expect(goneOn(first, { effect: 'read', end: { status: 'failed' } })).toEqual(['wrongOutcome']);
});

test('a plan that is cancelled says so of its step, however the run of it ended; a workflow does not', () => {
  const ends = [done('a'), { ...done('b'), status: 'cancelled' }];
  const asPlan = { ...plan, kind: 'plan' as const };
  const runs = [run('j-a1.', 'completed'), run('j-b1.', 'failed')];
  const planned = ends.map((end) => ({ ...end, key: `perdure:plan:${end.key}` }));
  expect(found({ runs, job: { plan: asPlan, ends: planned, done: ['cancel'] } })).toEqual([]);
  expect(found({ runs, job: { plan: asPlan, ends: planned } })).toEqual(['wrongOutcome']);
  expect(found({ runs, job: { ends, done: ['cancel'] } })).toEqual(['wrongOutcome']);
});

test('what the provider started, Temporal knows of', () => {
  expect(found({ runs: both.slice(0, 1) })).toEqual(['wrongOutcome', 'wrongOutcome', 'wrongOutcome']);
});

test('steps that do not end, or of which nothing is said, are found', () => {
  expect(found({ job: { ends: undefined } })).toEqual(['stuck']);
  expect(found({ job: { ends: [done('a')] } })).toEqual(['wrongOutcome']);
  expect(found({ job: { taskFailures: 1 } })).toEqual(['stuck']);
});

test('a step is refused where the budget has no run left, and not where it has one', () => {
  const one = { runs: both.slice(0, 1), ledger: [started('j-a1.')] };
  const ends = [done('a'), { step: 'b', failure: 'budget-exceeded' }];
  const small = { ...plan, budget: { runs: 1 } };
  expect(found({ ...one, job: { plan: small, ends, budget: amounts(1, 1) } })).toEqual([]);
  expect(found({ ...one, job: { ends, budget: amounts(2, 1) } })).toEqual(['wrongOutcome']);
  const cancelled = [done('a'), { step: 'b', failure: 'cancelled' }];
  expect(found({ ...one, job: { ends: cancelled, budget: amounts(2, 1) } })).toEqual(['wrongOutcome']);
  expect(found({ ...one, job: { ends: cancelled, budget: amounts(2, 1), done: ['cancel'] } })).toEqual([]);
});

test('no more runs are started than the budget allows and people add', () => {
  const small = { ...plan, budget: { runs: 1 } };
  expect(found({ job: { plan: small, budget: amounts(1, 2) } })).toEqual(['overBudget', 'overBudget']);
  expect(found({ job: { plan: small, budget: amounts(2, 2), raised: { sure: 1, most: 1 } } })).toEqual([]);
  expect(found({ job: { plan: small, budget: amounts(2, 2), raised: { sure: 0, most: 1 } } })).toEqual([]);
  expect(found({ job: { plan: small, budget: amounts(2, 2) } })).toEqual(['overBudget', 'overBudget']);
});

test('a further start of a run is within the budget only where the run tells of it', () => {
  const ledger = [started('j-a1.'), started('j-a1.', 5), started('j-b1.')];
  expect(found({ ledger })).toEqual(['overBudget']);
  const told = run('j-a1.', 'completed', ['unknown', 'accepted']);
  expect(found({ ledger, runs: [told, ...both.slice(1)] })).toEqual([]);
});

test('what is used is what was started, and nothing stays reserved', () => {
  expect(found({ job: { budget: amounts(2, 1) } })).toEqual(['overBudget']);
  expect(found({ job: { budget: amounts(2, 1, 0) } })).toEqual(['wrongOutcome', 'overBudget']);
  expect(found({ job: { budget: undefined } })).toEqual(['stuck']);
  const refused = [run('j-a1.', 'failed', ['refused']), run('j-b1.', 'completed')];
  const ends = [{ ...done('a'), status: 'failed' }, done('b')];
  const ledger = [started('j-b1.')];
  expect(found({ runs: refused, ledger, job: { ends, budget: amounts(2, 1) } })).toEqual([]);
  expect(found({ runs: refused, ledger, job: { ends, budget: amounts(2, 2) } })).toEqual(['wrongOutcome']);
});

test('runs that reserve minutes are under way together only where the minutes suffice', () => {
  const inTurns = { ...plan, budget: { runs: 2, minutes: 15 } };
  expect(found({ job: { plan: inTurns } })).toEqual(['overBudget']);
  expect(found({ job: { plan: inTurns }, ledger: [started('j-a1.'), started('j-b1.', 10, 20)] })).toEqual([]);
  expect(found({ job: { plan: { ...plan, budget: { runs: 2, minutes: 20 } } } })).toEqual([]);
});

test('the files of a run that completed are saved, each once, or are said not to be', () => {
  const saved = ['/x/a', '/x/b'];
  const contents = ['file 1 of j-a1.', 'file 2 of j-a1.'];
  const judged = (files: Partial<StepEnd>) =>
    found({
      job: {
        plan: { ...plan, files: 2 },
        ends: [
          { ...done('a'), ...files },
          { ...done('b'), notSaved: 'x' },
        ],
      },
    });
  expect(judged({ saved, inFolder: contents })).toEqual([]);
  expect(judged({ notSaved: 'result-missing' })).toEqual([]);
  expect(judged({})).toEqual(['wrongOutcome']);
  expect(judged({ saved: ['/x/a'], inFolder: contents.slice(1) })).toEqual(['wrongOutcome']);
  expect(judged({ saved, inFolder: [...contents, 'file 1 of j-a1.'] })).toEqual(['wrongOutcome']);
});
