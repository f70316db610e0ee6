import { endpointFlags } from '../../src/core/endpoints.js';
import type { Outcome } from '../../src/core/run.js';
import type { RequestEntry, RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding, RunEvidence } from './evidence.js';
import { resultOf } from './expected-result.js';
import { scale } from './pace.js';

interface Case {
  run: RunEvidence;
  started: readonly RunRecord[];
}

/** Judges whether the outcome agrees with what the providers know. */
export function judgeOutcome(evidence: Evidence, outcome: Outcome, { run, started }: Case): Finding[] {
  const problems = [
    statusProblem(evidence, outcome, { run, started }),
    resultProblem(evidence, outcome, { run, started }),
    attemptProblem(outcome, started),
    idProblem(evidence, outcome, { run, started }),
    missedEnd(evidence, outcome, { run, started }),
    cleanupProblem(outcome, { run, started }),
  ];
  return problems.flatMap((what) =>
    what === undefined ? [] : [{ key: 'wrongOutcome' as const, run: run.plan.name, what }],
  );
}

function statusProblem(
  evidence: Evidence,
  { status, error, attempts, questions }: Outcome,
  { run, started }: Case,
): string | undefined {
  const some = (state: RunRecord['state']) => started.some((one) => one.state === state);
  const { done, plan } = run;
  switch (status) {
    case 'completed':
      return some('completed') || tookAnyObject(evidence, { run, started })
        ? undefined
        : 'it is told as completed, and no start of it completed';
    case 'failed':
      if (error?.code === 'run-failed')
        return some('failed') ? undefined : 'it is told as failed, and no start of it failed';
      if (error?.code === 'question-expired') return expiryProblem(questions, run);
      if (attempts.at(-1)?.outcome === 'refused') {
        // A start before it may have been lost, and fenced off.
        const taken = attempts.filter(({ outcome }) => outcome !== 'refused').length;
        return started.length <= taken || done.includes('reset')
          ? undefined
          : 'its start is told as refused, and one was accepted';
      }
      if (plan.life.offSchema || spoiled(evidence, { run, started })) return undefined;
      return `it is told as failed (${error?.code ?? 'no code'}) without a reason`;
    case 'cancelled':
      if (done.includes('cancel') || some('cancelled')) return undefined;
      return 'it is told as cancelled, and nobody cancelled it';
    case 'timed-out':
      if (some('timed-out') || error?.code === 'deadline-exceeded') return undefined;
      return 'it is told as timed out, and no deadline had passed';
    case 'unknown':
      return unknownProblem(evidence, { error, attempts }, { run, started });
  }
}

function expiryProblem(questions: Outcome['questions'], { plan }: RunEvidence): string | undefined {
  if (plan.questionMs === undefined) return 'a question of it is told as expired, and had no deadline of its own';
  return questions.some(({ state }) => state === 'expired' || state === 'unknown')
    ? undefined
    : 'it is told as failed by a question that expired, and none did';
}

/** An unknown end needs an unknown start, or an end that could not be read. */
function unknownProblem(
  evidence: Evidence,
  { error, attempts }: Pick<Outcome, 'error' | 'attempts'>,
  subject: Case,
): string | undefined {
  if (attempts.some(({ outcome }) => outcome === 'unknown')) return undefined;
  if (error?.code === 'run-lost' || error?.code === 'result-unreadable' || error?.code === 'result-too-large') {
    if (spoiled(evidence, subject) || stormed(evidence, error)) return undefined;
    return `it is told as unknown (${error.code}), and could be read`;
  }
  return `it is told as unknown (${error?.code ?? 'no code'}) without an unknown start`;
}

const spoiling: ReadonlySet<string> = new Set(['huge', 'wrong-shape', 'empty', 'html', 'half-json']);

/** Whether the provider let nobody read for longer than a run waits for its result. */
function stormed({ weather }: Evidence, error: Outcome['error']): boolean {
  if (!weather.done.includes('storm')) return false;
  return error?.code === 'result-unreadable' || error?.message.includes('could not be read') === true;
}

/** Whether an answer about the run was such that its result could be missed. */
function spoiled({ ledger }: Evidence, { started }: Case): boolean {
  const ids = started.map(({ id }) => id);
  return ledger.entries.some(
    (entry) => entry.kind === 'request' && spoiling.has(entry.fault ?? '') && ids.some((id) => isAbout(entry, id)),
  );
}

function isAbout({ runId, path }: RequestEntry, id: string): boolean {
  return runId === id || path.includes(id);
}

function resultProblem(evidence: Evidence, { status, result }: Outcome, subject: Case): string | undefined {
  const { plan } = subject.run;
  if (status !== 'completed') return undefined;
  if (plan.life.offSchema && plan.checked) return 'its result is off the schema, and was believed';
  const expected = JSON.stringify(resultOf(plan));
  if (JSON.stringify(result) === expected || tookAnyObject(evidence, subject)) return undefined;
  return `its result is ${JSON.stringify(result)}, not ${expected}`;
}

/** A blocking call's answer is documented as an object of any shape: unchecked, a wrong one is the result. */
function tookAnyObject({ ledger }: Evidence, { run, started }: Case): boolean {
  if (run.plan.checked || !endpointFlags[run.plan.endpoint].blockingStart) return false;
  const sessions = started.map(({ sessionId }) => sessionId);
  return ledger.entries.some(
    (entry) =>
      entry.kind === 'request' &&
      entry.operation === 'start' &&
      entry.fault === 'wrong-shape' &&
      sessions.includes(entry.sessionId),
  );
}

function attemptProblem({ attempts }: Outcome, started: readonly RunRecord[]): string | undefined {
  const ids = new Set(started.map(({ id }) => id));
  const told = attempts.flatMap(({ runId, lateRunId }) => [runId, lateRunId].filter((id) => id !== undefined));
  const foreign = told.find((id) => !ids.has(id));
  return foreign === undefined ? undefined : `its attempts name ${foreign}, which is not a start of it`;
}

function idProblem({ ledger }: Evidence, { provider }: Outcome, { run, started }: Case): string | undefined {
  const { runId, sessionId } = provider;
  if (runId !== undefined && !started.some(({ id }) => id === runId))
    return `it names the run ${runId}, which is not its own`;
  if (sessionId === undefined) return undefined;
  const session = ledger.sessions.find(({ id }) => id === sessionId);
  const own =
    session?.tags.some((tag) => tag.includes(run.plan.name)) || started.some((one) => one.sessionId === sessionId);
  return own ? undefined : `it names the session ${sessionId}, which is not its own`;
}

/** A run that ended by itself well before its outcome must be told as it ended. */
function missedEnd(
  evidence: Evidence,
  { status, error, provider, attempts }: Outcome,
  subject: Case,
): string | undefined {
  const { run, started } = subject;
  const mine = started.find(({ id }) => id === provider.runId);
  if (!mine || mine.endedAt === undefined || run.done.includes('cancel') || run.done.includes('reset'))
    return undefined;
  if (mine.state !== 'completed' || status === 'completed' || error?.code === 'result-invalid') return undefined;
  if (attempts.some(({ outcome }) => outcome === 'unknown') && status === 'unknown') return undefined;
  if (error?.message.includes('could not be read') && lastLookLost(evidence, mine.id)) return undefined;
  if (stormed(evidence, error)) return undefined;
  const early = run.endedAt - mine.endedAt > 3_000 / scale;
  return early && !spoiled(evidence, subject)
    ? `its run completed, and it is told as ${status} (${error?.code ?? ''})`
    : undefined;
}

function lastLookLost({ ledger }: Evidence, runId: string): boolean {
  const looks = ledger.entries.filter((entry) => entry.kind === 'request' && entry.operation === 'status');
  const last = looks.findLast((entry) => entry.kind === 'request' && isAbout(entry, runId));
  return last?.kind === 'request' && last.status === 'lost';
}

/** What Perdure can't end must be named where it may still live. */
function cleanupProblem({ cleanup, status }: Outcome, { run, started }: Case): string | undefined {
  const { endedAt, plan } = run;
  if (!cleanup.confirmed || status === 'unknown' || plan.session === 'provider' || plan.session === 'caller')
    return undefined;
  const live = started.find((one) => (one.endedAt ?? Infinity) > endedAt + 5_000 && one.startedAt < endedAt);
  return live && `all is told as cleaned up, and the run ${live.id} lives`;
}
