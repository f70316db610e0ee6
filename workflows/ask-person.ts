import { ApplicationFailure, condition, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { typedAnswer } from '../src/core/answer-form.js';
import { termsOf } from '../src/core/escalation.js';
import type { Json } from '../src/core/json.js';
import type { Approval, PersonStep, PreparedQuestion, PrepareQuestionTask, Verdict } from '../src/core/person-step.js';
import type { Question } from '../src/core/question.js';
import { checked } from './checked.js';
import { type Desk, deskOfWorkflow } from './desk.js';
import { tellAsked, tellEscalated } from './notices.js';
import { freeStepName, nameTaken, takeStepName } from './step-names.js';

// No local activity: where one outlasts its workflow task, what came meanwhile is replayed in another order.
const { perdurePrepareQuestion } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'check the question',
});

/**
 * Asks a person as a step of a workflow, and waits for the answer or the deadline. Several may be asked at once, beside
 * runs; a cancel of the scope closes the question.
 * Fails with an `ApplicationFailure` whose type is the error's code: `bad-input`, `schema-unknown` and `step-name-taken`
 * before anybody is asked; `question-expired` when nobody answered and `otherwise` says so.
 */
export async function askPerson<T = Approval>(step: PersonStep<T>): Promise<Verdict<T>> {
  const { name, title, body = '' } = step;
  if (!takeStepName(name)) throw nameTaken(name, 'another step of this workflow');
  const desk = deskOfWorkflow();
  const prepared = await checked(perdurePrepareQuestion(step as PrepareQuestionTask)).catch((error: unknown) => {
    freeStepName(name);
    throw error;
  });
  const provider = { providerId: name, message: body, form: prepared.form };
  const terms = termsOf(prepared.policy, Date.now());
  const question = desk.ask({ provider, kind: 'approval', title, terms }, prepared.deployment);
  try {
    await untilDecided(desk, question, prepared);
    return verdictOf<T>(desk, question, prepared);
  } finally {
    desk.close(question.id);
  }
}

/** Waits until the question has an answer, somebody's or its default; climbs its ladder meanwhile. */
async function untilDecided({ book }: Desk, question: Question, prepared: PreparedQuestion): Promise<void> {
  const { id } = question;
  const decided = () => question.state !== 'open';
  if (!decided()) void tellAsked(question, prepared.taskQueue);
  while (!decided()) {
    const next = book.moments().find((moment) => moment.id === id);
    if (!next) await condition(decided);
    else if (next.at > Date.now() && (await condition(decided, next.at - Date.now()))) return;
    else if (!decided() && next.kind === 'rung') {
      const nth = book.climb(id, next.rung);
      void tellEscalated(question, { ...next.rung, nth }, prepared.taskQueue);
    } else if (!decided()) book.expire(id, new Date().toISOString(), prepared.otherwise?.answer);
  }
}

function verdictOf<T>({ book }: Desk, question: Question, { form, otherwise }: PreparedQuestion): Verdict<T> {
  const taken = book.nextTaken(question.id);
  const expired = question.state === 'expired';
  if (!taken) throw questionExpired(question);
  book.settle(question.id, 'applied');
  const { by, channel, answeredAt } = question;
  // What follows where nobody answered is what the workflow said, and nothing that a form would add.
  const answer = expired ? (otherwise?.answer ?? taken.answer) : typedAnswer(form, taken.answer);
  return { ...fieldsOf(answer), by, channel, answeredAt, expired } as Verdict<T>;
}

function fieldsOf(answer: Json): object {
  return typeof answer === 'object' && answer !== null ? answer : { approved: answer };
}

function questionExpired({ id, title, deadline }: Question): ApplicationFailure {
  const message = `Nobody answered '${title}' by ${deadline ?? 'its deadline'}.`;
  return ApplicationFailure.create({
    type: 'question-expired',
    message,
    nonRetryable: true,
    details: [{ questionId: id, workflowId: workflowInfo().workflowId }],
  });
}
