import type { EffectEntry, RequestEntry, RunRecord } from '../../src/simulator/ledger.js';
import type { Evidence, Finding, RunEvidence } from './evidence.js';

const ownQuestion = 'start-g';

interface Applied {
  questionId: string;
  answer: unknown;
}

/** Judges whether every answer that was taken reached its question, once. */
export function judgeAnswers(evidence: Evidence, run: RunEvidence, started: readonly RunRecord[]): Finding[] {
  const { plan, outcome, done } = run;
  // Perdure's own question after a lost start is not the provider's.
  const answers = run.answers.filter(({ questionId }) => !questionId.startsWith(ownQuestion));
  const ids = new Set(started.map(({ id }) => id));
  const applied = effects(evidence, ids);
  const findings: Finding[] = [];
  const add = (what: string) => findings.push({ key: 'lostAnswers', run: plan.name, what });
  for (const questionId of new Set(applied.map((one) => one.questionId))) {
    const group = applied.filter((one) => one.questionId === questionId);
    if (group.length > 1) add(`the question ${questionId} was answered ${group.length} times`);
    if (!group.every(({ answer }) => wasTaken(answers, questionId, answer))) {
      add(`the provider got an answer to ${questionId} that nobody gave to it`);
    }
  }
  for (const { id, state } of outcome?.questions ?? []) {
    const questionId = id.slice(id.lastIndexOf('~') + 1);
    const reached = questionId.startsWith(ownQuestion) || applied.some((one) => one.questionId === questionId);
    if (state === 'applied' && !reached) add(`the question ${questionId} is told as applied, and is not`);
  }
  for (const questionId of new Set(answers.map((one) => one.questionId))) {
    const taken = answers.filter((one) => one.questionId === questionId && one.accepted);
    if (new Set(taken.map(({ value }) => JSON.stringify(value))).size > 1) {
      add(`two answers to the question ${questionId} were taken`);
    }
  }
  const disturbed = done.some((act) => act === 'cancel' || act === 'reset');
  const late = outcome?.error?.code === 'deadline-exceeded';
  for (const { questionId } of answers.filter(({ accepted }) => accepted)) {
    const reached = applied.some((one) => one.questionId === questionId);
    if (!reached && late && !disturbed && plan.deadlineMs > 100_000) add(`the answer to ${questionId} never arrived`);
  }
  return [...findings, ...sentAgain(evidence, run, ids)];
}

function effects({ ledger }: Evidence, runIds: ReadonlySet<string>): Applied[] {
  const isAnswer = (entry: LedgerLine): entry is EffectEntry =>
    entry.kind === 'effect' && entry.effect === 'answer' && runIds.has(entry.runId ?? '');
  return ledger.entries.filter(isAnswer).map(({ detail }) => detail as Applied);
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
  if (runIds.has(entry.runId ?? '') || JSON.stringify(entry.body ?? '').includes(name)) return true;
  return [...runIds].some((id) => entry.path.includes(id));
}
