import type { OpenAPIHono } from '@hono/zod-openapi';
import { plainAnswer, refuseAnswer } from '../../core/answer-form.js';
import { assertTold } from '../../client/questions.js';
import { PerdureError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import { giveAnswer } from '../answers.js';
import { type Desk, type InboxEnv, ownQuestion } from '../desk.js';
import { type Person, personOf } from '../person.js';
import { documented, json } from './documented.js';
import { answerBody, idParam, question, questionList, questionsQuery, verdictBody } from './schemas.js';

const list = documented(
  {
    method: 'get',
    path: '/questions',
    operationId: 'listQuestions',
    summary: 'The questions that wait for a person, those with the earliest deadline first',
    request: { query: questionsQuery },
  },
  { 200: { description: 'Those that wait.', content: json(questionList) } },
);
const show = documented(
  {
    method: 'get',
    path: '/questions/{id}',
    operationId: 'showQuestion',
    summary: 'A question, whatever became of it',
    request: { params: idParam },
  },
  { 200: { description: 'The question.', content: json(question) } },
);
const answer = documented(
  {
    method: 'post',
    path: '/questions/{id}/answer',
    operationId: 'answerQuestion',
    summary: 'Answer a question',
    request: { params: idParam, body: { required: true, content: json(answerBody) } },
  },
  {
    200: { description: 'The answer was taken.', content: json(verdictBody) },
    202: { description: 'It was received, and the next worker takes it.', content: json(verdictBody) },
  },
);

/** Lists, shows and answers questions. */
export function addQuestionsApi(api: OpenAPIHono<InboxEnv>, desk: Desk): void {
  const { options, ask } = desk;
  api.openapi(list, async (c) => {
    const { assignee } = c.req.valid('query');
    const groups = assignee === undefined ? undefined : personOf(assignee, desk.reviewers).groups;
    const filter = assignee === undefined ? {} : { assignee, groups };
    const waiting = await ask(() => options.perdure.waiting(filter));
    assertTold(waiting);
    const { questions, silent } = waiting;
    return c.json({ questions, ...(silent.length > 0 && { silent }) }, 200);
  });
  api.openapi(show, async (c) => c.json({ ...(await ownQuestion(desk, c.req.valid('param').id)) }, 200));
  api.openapi(answer, async (c) => {
    const { by, decisionId, askedAt, answer: given } = c.req.valid('json');
    const person = giverOf(desk, c.get('person'), by);
    const asked = await ownQuestion(desk, c.req.valid('param').id);
    const value = plainAnswer(asked.form, (given ?? null) as Json);
    const isSeen = askedAt === undefined || askedAt === asked.askedAt;
    const reason = isSeen ? refuseAnswer(asked.form, value) : undefined;
    if (reason !== undefined) throw new PerdureError({ code: 'bad-input', message: reason });
    const verdict = await giveAnswer(desk, asked, value, { person, channel: 'api', decisionId, askedAt });
    if (!verdict.accepted) throw new PerdureError({ code: 'answer-refused', message: verdict.reason });
    const accepted = true as const;
    return verdict.pending ? c.json({ accepted, pending: accepted }, 202) : c.json({ accepted }, 200);
  });
}

/** Who answers: the token's own name, or whom a service speaks for. Throws `answer-not-allowed`. */
function giverOf({ reviewers }: Desk, person: Person, by: string | undefined): Person {
  if (by === undefined || by === person.name) return person;
  if (person.service) return personOf(by, reviewers);
  throw new PerdureError({
    code: 'answer-not-allowed',
    message: `${person.name} may not answer on behalf of others.`,
    hint: 'Services may: they have service: true under reviewers in perdure.config.yaml.',
  });
}
