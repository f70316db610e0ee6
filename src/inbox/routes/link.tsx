import type { Context, Hono } from 'hono';
import { PerdureError } from '../../core/errors.js';
import { giveAnswer, notAllowed } from '../answers.js';
import { type Desk, type InboxEnv, ownQuestion } from '../desk.js';
import { answerOf } from '../form-answer.js';
import { fromOwnPage } from '../guard.js';
import type { Link } from '../../secrets/links.js';
import { LinkPage, type LinkProps } from '../pages/small.js';
import { isOpen } from '../pages/question.js';
import { mayAnswer, type Person, personOf } from '../person.js';
import { addressUnknown } from '../problem.js';
import { formOf, page } from '../reply.js';
import type { Question } from '../../core/question.js';

/** Where signed links lead. To look decides nothing; only the form that is sent does. */
export function addLink(app: Hono<InboxEnv>, desk: Desk): void {
  app.get('/link/:jwt', async (c) => {
    const { claims, question } = await readLink(c, desk);
    return page(c, <LinkPage {...propsOf(c, claims, question)} />);
  });
  app.post('/link/:jwt', fromOwnPage(desk), async (c) => {
    const { claims, question } = await readLink(c, desk);
    if (!isOpen(question)) return page(c, <LinkPage {...propsOf(c, claims, question)} />, 409);
    const posted = await formOf(c);
    const person = holderOf(desk, claims, question);
    const { decisionId, askedAt } = claims;
    const giver = { person, channel: 'link', decisionId, askedAt };
    const verdict = await giveAnswer(desk, question, answerOf(question.form, posted), giver);
    const now = await ownQuestion(desk, question.id);
    const props = propsOf(c, claims, now);
    if (!verdict.accepted) return page(c, <LinkPage {...props} before={posted} reason={verdict.reason} />, 409);
    if (verdict.pending) return page(c, <LinkPage {...props} done="received" />, 202);
    // The same decision gives the first verdict again; a question that is still open did not take this one.
    if (now.state === 'open') return page(c, <LinkPage {...props} spent />, 409);
    return page(c, <LinkPage {...props} done="taken" />);
  });
}

async function readLink(c: Context<InboxEnv>, desk: Desk): Promise<{ claims: Link; question: Question }> {
  const verdict = await desk.options.links?.verify(c.req.param('jwt') ?? '');
  if (!verdict) throw addressUnknown();
  if (!verdict.ok) throw new PerdureError({ code: 'answer-not-allowed', message: verdict.reason });
  const claims = verdict.link;
  const question = await ownQuestion(desk, claims.questionId);
  if (claims.askedAt !== question.askedAt) throw askedAnew();
  holderOf(desk, claims, question);
  return { claims, question };
}

/** Whom the link was sent to: a person, or a group as a whole. Throws `answer-not-allowed` when it is theirs no more. */
function holderOf({ reviewers }: Desk, { addressee }: Link, question: Question): Person {
  const person = personOf(addressee, reviewers);
  if (mayAnswer(question, person)) return person;
  throw notAllowed(question, addressee);
}

/** A link is for what its addressee read, and not for what is asked under the same name since. */
function askedAnew(): PerdureError {
  return new PerdureError({
    code: 'answer-not-allowed',
    message: 'This link is for an earlier question of the same name, which is closed.',
    hint: 'What is asked now has a message and a link of its own; it can be answered in the inbox, too.',
  });
}

function propsOf(c: Context<InboxEnv>, { addressee, decisionId }: Link, question: Question): LinkProps {
  return { question, addressee, decisionId, action: c.req.path };
}
