import type { RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding, RunEvidence } from './evidence.js';
import { longDeadlineMs, scale } from './pace.js';
import { judgeApproval } from './judge-approval.js';
import { judgeAnswers } from './judge-answers.js';
import { judgeJob } from './judge-job.js';
import { judgeCleanup } from './judge-cleanup.js';
import { judgeOutcome } from './judge-outcome.js';
import { judgeLimits } from './judge-limits.js';
import { judgeStarts } from './judge-starts.js';

/** What the judge found of one seed. */
export interface Judgement {
  findings: Finding[];
  /** Runs whose outcome is `unknown`. */
  unknown: number;
  /** Answers of which the outcome says that nobody knows whether they reached their question. */
  unknownAnswers: number;
  /** Pairs of starts of one key that lived together, said or not. */
  overlaps: number;
  /** Starts that the providers accepted. */
  starts: number;
}

/** Compares what the runs say with what the providers really did. */
export function judge(evidence: Evidence): Judgement {
  const all = evidence.runs.map((run) => judgeRun(evidence, run));
  return {
    findings: [
      ...all.flatMap(({ findings }) => findings),
      ...judgeApproval(evidence),
      ...judgeJob(evidence),
      ...judgeSweep(evidence),
      ...judgeLimits(evidence),
    ],
    unknown: evidence.runs.filter(({ outcome }) => outcome?.status === 'unknown').length,
    unknownAnswers: evidence.runs.reduce((sum, { outcome }) => sum + unknownAnswersOf(outcome), 0),
    overlaps: all.reduce((sum, { overlaps }) => sum + overlaps, 0),
    starts: evidence.runs.reduce((sum, run) => sum + startsOf(evidence, run).length, 0),
  };
}

function unknownAnswersOf(outcome: RunEvidence['outcome']): number {
  return (outcome?.questions ?? []).filter(({ state }) => state === 'unknown').length;
}

function judgeRun(evidence: Evidence, run: RunEvidence): { findings: Finding[]; overlaps: number } {
  const started = startsOf(evidence, run);
  const { overlaps, findings } = judgeStarts(evidence, run, started);
  return {
    overlaps,
    findings: [
      ...findings,
      ...judgeProgress(evidence, run),
      ...judgeAnswers(evidence, run, started),
      ...judgeCleanup(evidence, run, started),
      ...(run.outcome ? judgeOutcome(evidence, run.outcome, { run, started }) : []),
    ],
  };
}

/** The runs at the providers that were started for this key, the oldest first. */
export function startsOf({ ledger }: Evidence, { plan }: RunEvidence): RunRecord[] {
  return ledger.runs.filter(({ text }) => text.includes(plan.name)).toSorted((a, b) => a.startedAt - b.startedAt);
}

function judgeProgress(evidence: Evidence, run: RunEvidence): Finding[] {
  const { plan, outcome, taskFailures } = run;
  const findings: Finding[] = [];
  const add = (what: string) => findings.push({ key: 'stuck', run: plan.name, what });
  if (!outcome) add('it did not end within its deadline and the release bound');
  if (neverBegan(run) && !evidence.runs.some((other) => tookAllTime(other)))
    add('it met its deadline before it was ever started');
  if (taskFailures > 0) add(`${taskFailures} of its workflow tasks failed`);
  return findings;
}

function neverBegan({ plan, outcome }: RunEvidence): boolean {
  return plan.deadlineMs === longDeadlineMs && outcome?.status === 'timed-out' && outcome.attempts.length === 0;
}

/** A call that hangs until its run's deadline has its slot for as long. */
function tookAllTime({ plan, outcome }: RunEvidence): boolean {
  if (!outcome || outcome.attempts.length === 0) return false;
  const lasted = Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt);
  return lasted > 0.8 * plan.deadlineMs * scale;
}

/** A sweep ends nothing that belongs to another deployment. */
function judgeSweep({ seed, sweep }: Evidence): Finding[] {
  return (sweep?.evicted ?? []).map((what) => ({
    key: 'wrongOutcome',
    run: `the sweep of seed ${seed}`,
    what: `ended the ${what}, which belongs to another deployment`,
  }));
}
