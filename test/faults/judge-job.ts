import type { Evidence, Finding, JobEvidence, StepEnd } from './evidence.js';
import { targetsOf } from './job-keys.js';
import { judgeBudget } from './judge-budget.js';
import { judgeFiles } from './judge-files.js';
import { provesNoStart, type Tried } from './tried.js';

/** Judges whether steps went on at their next targets only where they may, said so, and kept within their budget. */
export function judgeJob({ job, runs, ledger }: Evidence): Finding[] {
  if (!job) return [];
  const { plan, ends, taskFailures } = job;
  const findings: Finding[] = [];
  const add = (key: Finding['key'], what: string) => findings.push({ key, run: plan.name, what });
  if (taskFailures > 0) add('stuck', `${taskFailures} of its workflow tasks failed`);
  if (!ends) add('stuck', 'its steps did not end within their bound');
  const tried = targetsOf(plan).map((each) => ({
    ...each,
    run: runs.find((run) => run.plan.name === each.target.name),
    started: ledger.runs.filter(({ text }) => text.includes(each.target.name)),
  }));
  for (const { name } of plan.steps) {
    const places = tried.filter(({ step }) => step === name);
    const end = ends?.find(({ step }) => step === name);
    findings.push(...judgeTargets(places), ...(end ? judgeEnd(job, end, places) : []));
    if (ends && !end) add('wrongOutcome', `it says nothing of its step ${name}`);
  }
  return [...findings, ...judgeBudget(job, tried), ...judgeFiles(job, tried)];
}

/** Nothing is begun at a target after one that may have done it. */
function judgeTargets(places: readonly Tried[]): Finding[] {
  const findings: Finding[] = [];
  for (const [index, later] of places.entries()) {
    const add = (key: Finding['key'], what: string) => findings.push({ key, run: later.target.name, what });
    if (!later.run && later.started.length > 0) add('wrongOutcome', 'it was started, and Temporal knows of no run');
    for (const earlier of places.slice(0, index)) {
      if (!later.run && later.started.length === 0) continue;
      const { name, effect } = earlier.target;
      if (effect === 'write' && mayHaveWorked(earlier))
        add('doubledWrites', `it was begun after ${name} may have worked`);
      const why = whyNotOn(earlier);
      if (why !== undefined) add('wrongOutcome', `it was begun, though ${name} ${why}`);
    }
  }
  return findings;
}

function mayHaveWorked({ run, started }: Tried): boolean {
  return started.length > 0 || (run !== undefined && !provesNoStart(run));
}

/** Why a step ends with this target, whatever its effect; undefined where it may go on. */
function whyNotOn({ run }: Tried): string | undefined {
  if (!run) return undefined;
  const { outcome } = run;
  if (!outcome) return 'has not ended';
  if (outcome.error?.code === 'question-expired') return 'was not answered by anybody';
  return outcome.status === 'completed' || outcome.status === 'cancelled' ? `is ${outcome.status}` : undefined;
}

/** A step tells of the run that it came to, and of every one before. */
function judgeEnd(job: JobEvidence, end: StepEnd, places: readonly Tried[]): Finding[] {
  const findings: Finding[] = [];
  const run = `${job.plan.name}/${end.step}`;
  const add = (key: Finding['key'], what: string) => findings.push({ key, run, what });
  const begun = places.filter((place) => place.run !== undefined);
  const last = begun.at(-1);
  if (end.failure !== undefined) {
    const why = whyRefused(job, end.failure);
    if (why !== undefined) add('wrongOutcome', why);
    return findings;
  }
  if (!last) add('wrongOutcome', `it is told as ${end.status}, and no run of it was begun`);
  else if (end.key !== last.key || (end.status !== last.run?.outcome?.status && !isCutShort(job, end))) {
    const is = `${last.key}, which is ${last.run?.outcome?.status}`;
    add('wrongOutcome', `it is told as ${end.key}, ${end.status}, and came to ${is}`);
  }
  for (const { key, target } of end.failedOver ? begun.slice(0, -1) : []) {
    if (!end.failedOver?.includes(key)) add('silentDuplicates', `it says nothing of its run ${target.name}`);
  }
  return findings;
}

/** A plan that is cancelled says so of the step that it was at, however the run of it ended. */
function isCutShort({ plan, done }: JobEvidence, { status }: StepEnd): boolean {
  return plan.kind === 'plan' && status === 'cancelled' && done.includes('cancel');
}

/** What is wrong with the failure of a step that has no outcome; undefined where nothing is. */
function whyRefused({ plan, budget, done }: JobEvidence, failure: string): string | undefined {
  if (failure === 'cancelled' && done.includes('cancel')) return undefined;
  if (failure !== 'budget-exceeded') return `it failed (${failure}) without a reason`;
  const roomy = plan.budget.minutes === undefined && (budget?.left.runs ?? 0) >= 1;
  return roomy ? `it was refused, and ${budget?.left.runs} runs are left` : undefined;
}
