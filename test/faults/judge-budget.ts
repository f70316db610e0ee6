import type { Finding, JobEvidence } from './evidence.js';
import { provesNoStart, type Tried } from './tried.js';

const minute = 60_000;

/** Judges whether steps kept within their budget, and whether it says what they used. */
export function judgeBudget(job: JobEvidence, tried: readonly Tried[]): Finding[] {
  const { plan, budget, raised, ends } = job;
  const findings: Finding[] = [];
  const add = (key: Finding['key'], what: string) => findings.push({ key, run: plan.name, what });
  const most = plan.budget.runs + raised.most;
  const starts = tried.reduce((sum, each) => sum + untoldStarts(each), 0);
  if (starts > most) add('overBudget', `${starts} runs were started, where ${most} may`);
  const minutes = mostMinutesAtOnce(tried);
  const { minutes: allowed } = plan.budget;
  if (allowed !== undefined && minutes > allowed)
    add('overBudget', `runs of ${minutes} minutes were under way at once, where ${allowed} may`);
  if (!ends) return findings;
  if (!budget) return [...findings, { key: 'stuck', run: plan.name, what: 'its budget can not be asked' }];
  const [limit = 0, used = 0, left = 0] = [budget.limits.runs, budget.used.runs, budget.left.runs];
  if (limit < plan.budget.runs + raised.sure || limit > most)
    add('overBudget', `its budget allows ${limit} runs, where it was given ${most}`);
  if (left !== limit - used) add('wrongOutcome', `${limit - used - left} runs are still reserved though all is over`);
  // What was started again after a start that was lost had nothing reserved, and is booked all the same.
  const again = tried.reduce((sum, { run }) => sum + Math.max(0, startsTold(run) - 1), 0);
  if (used - again > limit) add('overBudget', `its budget tells of ${used} runs, where ${limit} may`);
  const certain = tried.filter(({ started }) => started.length > 0).length;
  if (used < certain) add('overBudget', `its budget tells of ${used} runs, and ${certain} were started`);
  const perhaps = tried.reduce((sum, { run }) => {
    return run !== undefined && !provesNoStart(run) ? sum + Math.max(1, startsTold(run)) : sum;
  }, 0);
  // A run that is cancelled before it is begun may be counted.
  if (used > perhaps && !job.done.includes('cancel'))
    add('wrongOutcome', `its budget tells of ${used} runs, and ${perhaps} may have been started`);
  return findings;
}

/** Starts for a target, without those that its run says to have made again after one of which nobody knows. */
function untoldStarts({ run, started }: Tried): number {
  if (started.length === 0) return 0;
  return Math.max(1, started.length - Math.max(0, startsTold(run) - 1));
}

/** How many starts a run tells of, without those that were refused. */
function startsTold(run: Tried['run']): number {
  return run?.outcome?.attempts.filter(({ outcome }) => outcome !== 'refused').length ?? 0;
}

/** Minutes of their deadlines that runs had reserved at the same time, of those of which all is known. */
function mostMinutesAtOnce(tried: readonly Tried[]): number {
  const changes = tried.flatMap(({ run, target, started }) => {
    const known = run?.outcome?.cleanup.confirmed && run.outcome.attempts.every(isKnown);
    if (!known) return [];
    const by = target.deadlineMs / minute;
    return started.flatMap(({ startedAt, endedAt = Number.POSITIVE_INFINITY }) => [
      { at: startedAt, by },
      { at: endedAt, by: -by },
    ]);
  });
  let [now, most] = [0, 0];
  // What ends and what begins in the same instant are not under way together.
  for (const { by } of changes.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

function isKnown({ outcome }: { outcome: string }): boolean {
  return outcome === 'accepted' || outcome === 'refused';
}
