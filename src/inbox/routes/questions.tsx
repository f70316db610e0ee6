import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { type Desk, type InboxEnv, ownQuestion } from '../desk.js';
import { giveAnswer } from '../answers.js';
import { answerOf, askedAtIn, type Posted } from '../form-answer.js';
import { csrfField, requireOwnForm } from '../guard.js';
import { QuestionPage } from '../pages/question.js';
import { QuestionList, QuestionsPage, type QuestionsProps } from '../pages/questions.js';
import { questionPath } from '../pages/parts.js';
import { formOf, page, viewerOf } from '../reply.js';

/** The waiting questions, and one question with its form. */
export function addQuestions(app: Hono<InboxEnv>, desk: Desk): void {
  app.get('/', async (c) => page(c, <QuestionsPage {...(await waiting(c, desk))} />));
  app.get('/questions/list', async (c) => c.html(String(<QuestionList {...(await waiting(c, desk))} />)));
  app.get('/questions/:id', async (c) => {
    const question = await ownQuestion(desk, c.req.param('id'));
    const said = c.req.query('said');
    const done = said === 'taken' || said === 'received' ? said : undefined;
    return page(c, <QuestionPage {...basics(c, desk)} question={question} done={done} />);
  });
  app.post('/questions/:id', async (c) => {
    const posted = await formOf(c);
    requireOwnForm(desk, c, posted[csrfField]);
    const question = await ownQuestion(desk, c.req.param('id'));
    const answer = answerOf(question.form, posted);
    const terms = { decisionId: decisionIn(posted), askedAt: askedAtIn(posted) };
    const giver = { person: c.get('person'), channel: 'inbox', ...terms };
    const verdict = await giveAnswer(desk, question, answer, giver);
    if (verdict.accepted) {
      return c.redirect(questionPath(question.id, `?said=${verdict.pending ? 'received' : 'taken'}`), 303);
    }
    const now = await ownQuestion(desk, question.id);
    const again = { before: posted, reason: verdict.reason };
    return page(c, <QuestionPage {...basics(c, desk)} question={now} {...again} />, 409);
  });
}

async function waiting(c: Context<InboxEnv>, desk: Desk): Promise<QuestionsProps> {
  // Before the look: what happens during it is told by the stream once more.
  const { position } = desk.board;
  const { questions, silent } = await desk.ask(() => desk.options.perdure.waiting());
  return { viewer: viewerOf(c), questions, silent: silent.length, all: c.req.query('show') === 'all', position };
}

function basics(c: Context<InboxEnv>, { board }: Desk) {
  return { viewer: viewerOf(c), decisionId: randomUUID(), position: board.position };
}

/** The id that a form was made with, so that the same form sent twice is one answer. */
function decisionIn({ decision }: Posted): string | undefined {
  return typeof decision === 'string' && /^[0-9a-f-]{36}$/.test(decision) ? decision : undefined;
}
