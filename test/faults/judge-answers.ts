import type { EffectEntry, RequestEntry, RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding, RunEvidence } from './evidence.js';

const ownQuestion = 'start-g';

/** Of the provider's time. */
const lastMoments = 800_000;

interface Applied {
  questionId: string;
  answer: unknown;
}

/** Judges whether every answer that was taken reached its question, once. */
export function judgeAnswers(evidence: Evidence, run: RunEvidence, started: readonly RunRecord[]): Finding[] {
  const { plan, outcome } = run;
  // Perdure's own question after a lost start is not the provider's.
  const answers = run.answers.filter(({ questionId }) => !questionId.startsWith(ownQuestion));
  const ids = new Set(started.flatMap(({ id, sessionId }) => [id, sessionId ?? id]));
  const applied = effects(evidence, ids);
  const findings: Finding[] = [];
  const add = (what: string) => findings.push({ key: 'lostAnswers', run: plan.name, what });
  for (const questionId of new Set(applied.map((one) => one.questionId))) {
    const group = applied.filter((one) => one.questionId === questionId);
    if (group.length > 1) add(`the question ${questionId} was answered ${group.length} times`);
    if (!group.every(({ answer }) => wasTaken(answers, questionId, answer) || isDefault(run, questionId, answer))) {
      add(`the provider got an answer to ${questionId} that nobody gave to it`);
    }
  }
  for (const { id, state } of outcome?.questions ?? []) {
    const questionId = id.slice(id.lastIndexOf('~') + 1);
    if (questionId.startsWith(ownQuestion)) continue;
    const reached = applied.some((one) => one.questionId === questionId);
    if (state === 'applied' && !reached) add(`the question ${questionId} is told as applied, and is not`);
    // A reset forgets what was answered before.
    if (state === 'gone' && reached && !run.done.includes('reset'))
      add(`the question ${questionId} is told as gone, and its answer was applied`);
    // Of a question that somebody had claimed nobody knows more, whether its answer was sent or not; nor does a run that
    // was cut off while an answer was on its way.
    const cutOff = outcome?.status === 'cancelled' || outcome?.status === 'timed-out';
    if (state === 'unknown' && !isClaimed(plan) && !cutOff && !wasSent(evidence, ids, { questionId, answers }))
      add(`the answer to ${questionId} is told as perhaps applied, and was never sent`);
  }
  for (const questionId of new Set(answers.map((one) => one.questionId))) {
    const taken = answers.filter((one) => one.questionId === questionId && one.accepted);
    // A question whose answer the provider refused is open again, and may be answered once more; a reset forgets answers.
    const values = new Set(taken.map(({ value }) => JSON.stringify(value)));
    if (values.size > 1 && !wasRefused(evidence, ids) && !run.done.includes('reset')) {
      add(`two answers to the question ${questionId} were taken`);
    }
  }
  return [...findings, ...neverArrived(run, applied), ...sentAgain(evidence, run, ids)];
}

function isClaimed({ acts }: RunEvidence['plan']): boolean {
  return acts.some((act) => act.kind === 'answer' && (act.how === 'claimed' || act.how === 'claim-abandoned'));
}

/** A yes or no that nobody gave in time is a no. */
function isDefault({ outcome }: RunEvidence, questionId: string, answer: unknown): boolean {
  const question = outcome?.questions.find(({ id }) => id.endsWith(`~${questionId}`));
  const isNo = answer === false || answer === 'false';
  return isNo && question?.form.kind === 'confirm' && ['expired', 'unknown'].includes(question.state);
}

/**
 * Answers that were taken while the agent waited, and never reached it: it waited on until its deadline, though nobody
 * ended the run before. In the last moments before a deadline an answer may come too late.
 */
function neverArrived({ plan, outcome, answers, done, endedAt }: RunEvidence, applied: readonly Applied[]): Finding[] {
  if (outcome?.error?.code !== 'deadline-exceeded' || done.some((act) => act === 'cancel' || act === 'reset'))
    return [];
  // What an earlier start had asked ended with it.
  const lastStart = outcome.attempts.at(-1)?.startedAt ?? '';
  const current = outcome.questions.filter(({ askedAt }) => askedAt >= lastStart);
  const asked = new Set(current.map(({ id }) => id.slice(id.lastIndexOf('~') + 1)));
  const lost = answers.filter(
    ({ questionId, accepted, at }) =>
      accepted &&
      !questionId.startsWith(ownQuestion) &&
      asked.has(questionId) &&
      endedAt - at > lastMoments &&
      !applied.some((one) => one.questionId === questionId),
  );
  return lost.map(({ questionId }) => ({
    key: 'lostAnswers' as const,
    run: plan.name,
    what: `the answer to ${questionId} never arrived`,
  }));
}

function effects({ ledger }: Evidence, runIds: ReadonlySet<string>): Applied[] {
  const isAnswer = (entry: LedgerLine): entry is EffectEntry =>
    entry.kind === 'effect' && entry.effect === 'answer' && runIds.has(entry.runId ?? '');
  return ledger.entries.filter(isAnswer).map(({ detail }) => detail as Applied);
}

function wasRefused({ ledger }: Evidence, runIds: ReadonlySet<string>): boolean {
  return ledger.entries.some(
    (entry) =>
      isAnswerRequest(entry) && belongs(entry, '', runIds) && entry.fault !== undefined && entry.status !== 200,
  );
}

/** Whether a request with an answer to the question came to the provider, whatever became of it. */
function wasSent(
  { ledger }: Evidence,
  runIds: ReadonlySet<string>,
  { questionId, answers }: { questionId: string; answers: RunEvidence['answers'] },
): boolean {
  const given = answers.filter((one) => one.questionId === questionId).map(({ value }) => asText(value));
  return ledger.entries.some((entry) => {
    if (!isAnswerRequest(entry) || !belongs(entry, '', runIds)) return false;
    const body = JSON.stringify(entry.body ?? '');
    // At Browserbase, an answer goes to the run and does not name the question.
    return body.includes(questionId) || given.some((text) => body.includes(JSON.stringify(text)));
  });
}

type LedgerLine = Evidence['ledger']['entries'][number];

/** Whether that answer was given to that question and taken; the provider keeps texts as they are. */
function wasTaken(answers: RunEvidence['answers'], questionId: string, answer: unknown): boolean {
  return answers.some(
    (given) =>
      given.accepted &&
      given.questionId === questionId &&
      (JSON.stringify(given.value) === JSON.stringify(answer) ||
        String(given.value) === answer ||
        answer === asText(given.value)),
  );
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An answer that the provider had confirmed must not be sent once more. */
function sentAgain({ ledger }: Evidence, { plan }: RunEvidence, runIds: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  const confirmed = new Set<string>();
  for (const entry of ledger.entries) {
    if (!isAnswerRequest(entry) || !belongs(entry, plan.name, runIds)) continue;
    const body = `${entry.path} ${JSON.stringify(entry.body)}`;
    if (confirmed.has(body)) {
      findings.push({ key: 'lostAnswers', run: plan.name, what: `an answer was sent again after it was confirmed` });
    }
    if (entry.fault === undefined && typeof entry.status === 'number' && entry.status < 300) confirmed.add(body);
  }
  return findings;
}

function isAnswerRequest(entry: LedgerLine): entry is RequestEntry {
  return entry.kind === 'request' && entry.operation === 'answer';
}

function belongs(entry: RequestEntry, name: string, runIds: ReadonlySet<string>): boolean {
  if (runIds.has(entry.runId ?? '') || (name !== '' && JSON.stringify(entry.body ?? '').includes(name))) return true;
  return [...runIds].some((id) => entry.path.includes(id));
}
