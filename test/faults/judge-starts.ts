import type { Attempt } from '../../src/core/run.js';
import type { RequestEntry, RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding, RunEvidence } from './evidence.js';
import { timings } from './pace.js';

/** Judges whether a key was started more than once, and whether its outcome says so. */
export function judgeStarts(
  evidence: Evidence,
  run: RunEvidence,
  started: readonly RunRecord[],
): { findings: Finding[]; overlaps: number } {
  const pairs = started.flatMap((first, index) => started.slice(index + 1).map((second) => ({ first, second })));
  const harmful = pairs.filter(({ first, second }) => livedTogether(first, second) || bothWorked(first, second));
  const findings: Finding[] = [];
  for (const { first, second } of harmful) {
    const what = `${first.id} and ${second.id} were both started for it`;
    if (run.plan.effect === 'write' && !wasWanted(run))
      findings.push({ key: 'doubledWrites', run: run.plan.name, what });
    const silent = silence(run, [first, second], started.length);
    if (silent) findings.push({ key: 'silentDuplicates', run: run.plan.name, what: `${what}: ${silent}` });
    else if (couldBeFound(evidence, run, [first, second])) {
      const known = `${what}, though the first could be found by its mark`;
      findings.push({ key: 'silentDuplicates', run: run.plan.name, what: known });
    }
  }
  return { findings, overlaps: pairs.filter(({ first, second }) => livedTogether(first, second)).length };
}

function livedTogether(first: RunRecord, second: RunRecord): boolean {
  return second.startedAt < (first.endedAt ?? Infinity) && first.startedAt < (second.endedAt ?? Infinity);
}

function bothWorked(first: RunRecord, second: RunRecord): boolean {
  return first.steps > 0 && second.steps > 0;
}

/** Whether a person who was asked wanted the further start. */
function wasWanted({ done }: RunEvidence): boolean {
  return done.includes('decide again');
}

/** Why the outcome does not tell of both starts; undefined when it does. */
function silence({ outcome, done }: RunEvidence, pair: readonly RunRecord[], starts: number): string | undefined {
  if (!outcome) return 'it has no outcome';
  const attempts = outcome.attempts.filter(({ outcome: kind }) => kind !== 'refused');
  const named = new Set(attempts.flatMap(({ runId, lateRunId }) => [runId, lateRunId]));
  const open = attempts.some(isOfReset) ? pair.length : attempts.filter(isOpen).length;
  const unnamed = pair.filter(({ id }) => !named.has(id)).length;
  if (unnamed > open) return 'its attempts leave one out';
  if (attempts.length < starts && !done.includes('reset'))
    return `${attempts.length} attempts tell of ${starts} starts`;
  return undefined;
}

/** An attempt that stands for all that an execution before a reset may have started, none of which could be found. */
function isOfReset({ outcome, fence, error }: Attempt): boolean {
  return outcome === 'unknown' && fence === 'none' && error?.message.includes('was reset') === true;
}

/** An attempt that says that something may have been started, without its id. */
function isOpen({ runId, lateRunId, outcome }: Attempt): boolean {
  return (runId === undefined && lateRunId === undefined) || outcome === 'unknown';
}

/**
 * Whether the provider showed the start that was sent first in its lists while Perdure was bound to look for it, or knew
 * the other already: then the second one had no excuse, even where the outcome tells of it.
 */
function couldBeFound(evidence: Evidence, { plan }: RunEvidence, pair: readonly RunRecord[]): boolean {
  const [first, second] = pair.toSorted((a, b) => sentAt(evidence, a) - sentAt(evidence, b));
  if (!first || !second || first.endpoint !== 'browserbase.agentRun' || !plan.marked) return false;
  const shown = first.startedAt + plan.life.listedAfterMs;
  const settled = sentAt(evidence, first) + timings.settle;
  const sent = sentAt(evidence, second);
  if (shown >= settled || shown >= sent) return false;
  if (sent < settled) return true;
  const looks = requests(evidence, 'list').filter(({ at }) => at >= shown && at < sent);
  return looks.length === 0 || looks.some(({ status, fault }) => status === 200 && fault === undefined);
}

/** When the request for a start came, which may take effect later. */
function sentAt(evidence: Evidence, { id, startedAt }: RunRecord): number {
  return requests(evidence, 'start').find(({ runId }) => runId === id)?.at ?? startedAt;
}

function requests({ ledger }: Evidence, operation: RequestEntry['operation']): RequestEntry[] {
  return ledger.entries.filter(
    (entry): entry is RequestEntry => entry.kind === 'request' && entry.operation === operation,
  );
}
