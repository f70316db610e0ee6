import type { RunRecord, SessionRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding, RunEvidence } from './evidence.js';

/** Milliseconds of the provider's time between the end of a run and its being told. */
const margin = 5_000;

/** Judges whether anything with a mark of ours outlived its run. */
export function judgeCleanup(evidence: Evidence, run: RunEvidence, started: readonly RunRecord[]): Finding[] {
  const { plan, outcome, endedAt } = run;
  const outlived = ({ endedAt: end }: RunRecord | SessionRecord) => (end ?? Infinity) > endedAt + margin;
  const ours = [...ownSessions(evidence, run), ...started.filter((one) => carriesMark(run, one))].filter(outlived);
  const findings: Finding[] = [];
  const add = (what: string) => findings.push({ key: 'orphans', run: plan.name, what });
  for (const { kind, id, startedAt } of ours) {
    // A start that took effect after the end could not be stopped by it; only a sweep can.
    const late = startedAt > endedAt - margin;
    if (!late || outcome?.cleanup.confirmed !== false) add(`the ${kind} ${id} outlived it`);
  }
  for (const id of evidence.sweep?.live ?? []) {
    if (ours.some((one) => one.id === id)) add(`${id} outlived the sweep`);
  }
  return findings;
}

/** Sessions that Perdure opened for the run. */
export function ownSessions({ ledger }: Evidence, { plan }: RunEvidence): SessionRecord[] {
  return ledger.sessions.filter(
    ({ tags }) => tags.includes(plan.name) && tags.some((tag) => tag.startsWith('perdure-')),
  );
}

function carriesMark({ plan }: RunEvidence, { endpoint }: RunRecord): boolean {
  return endpoint === 'browserbase.agentRun' && plan.marked;
}
