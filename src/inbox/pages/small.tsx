import type { Problem } from '../problem.js';
import type { Question } from '../../core/question.js';
import type { Posted } from '../form-answer.js';
import { AnswerFormView } from './answer-form.js';
import { Page, type Viewer } from './layout.js';
import { Deadline, Note, Prose, State, When } from './parts.js';
import { Closed, Doubt, isOpen, Received } from './question.js';

/** Where people sign in. */
export function SignInPage({ problem, next }: { problem?: string; next: string }) {
  return (
    <Page title="Sign in">
      <div class="narrow">
        <h1>Sign in</h1>
        {problem !== undefined && <Note kind="bad">{problem}</Note>}
        <form class="answer" method="post" action="/sign-in" data-once>
          <input type="hidden" name="next" value={next} />
          <div class="field">
            <label for="token">Your token</label>
            <p class="hint" id="token.hint">
              <code>perdure up</code> shows it when it starts, or whoever runs this inbox has given it to you.
            </p>
            <input
              id="token"
              name="token"
              type="password"
              autocomplete="current-password"
              aria-describedby="token.hint"
              required
              autofocus
            />
          </div>
          <div class="actions">
            <button class="primary" type="submit">
              Sign in
            </button>
            <a href={next}>I have signed in already</a>
          </div>
        </form>
      </div>
    </Page>
  );
}

/** What went wrong, and what to do about it. */
export function ProblemPage({ problem, viewer }: { problem: Problem; viewer?: Viewer }) {
  const { status, code, message, hint } = problem;
  return (
    <Page title={titles[status] ?? 'This did not work'} viewer={viewer}>
      <div class="narrow">
        <h1>{titles[status] ?? 'This did not work'}</h1>
        <p class="lead">{message}</p>
        {hint !== undefined && <p>{hint}</p>}
        <p class="hint">
          <code>{code}</code>
        </p>
        <p>
          <a href="/">To the questions</a>
        </p>
      </div>
    </Page>
  );
}

const titles: Record<number, string> = {
  401: 'Sign in first',
  403: 'Not allowed',
  404: 'Nothing here',
  409: 'Not taken',
  413: 'Too large',
  429: 'Too many tries',
  500: 'Something went wrong',
  503: 'Temporal does not answer',
  504: 'No answer in time',
};

export interface LinkProps {
  question: Question;
  addressee: string;
  action: string;
  decisionId: string;
  before?: Posted;
  reason?: string;
  /** What was just done by it. */
  done?: 'taken' | 'received';
  /** Whether it was used before. */
  spent?: boolean;
}

/** What the holder of a signed link sees: one question, and its form. */
export function LinkPage({ question, addressee, action, decisionId, before, reason, done, spent }: LinkProps) {
  const form = (
    <>
      {question.state === 'unknown' && <Doubt question={question} />}
      <AnswerFormView {...{ question, action, decisionId, before, reason }} />
      <p class="hint">Your answer is recorded as that of {addressee}, by this link, which is used once.</p>
    </>
  );
  return (
    <Page title={question.title}>
      <div class="narrow">
        <div class="card-head">
          <State state={question.state} />
          {isOpen(question) && <Deadline at={question.deadline} />}
        </div>
        <h1>{question.title}</h1>
        <p class="meta">
          <span>for {addressee}</span>
          <span>
            asked <When at={question.askedAt} />
          </span>
        </p>
        <Prose text={question.message} />
        {spent && <Note kind="warn">This link was used already, and is used once.</Note>}
        {done === 'taken' && (
          <Note kind="good">
            <strong>Your answer was taken.</strong> You can close this page.
          </Note>
        )}
        {done === 'received' && <Received />}
        {done === undefined && !spent && (isOpen(question) ? form : <Closed question={question} reason={reason} />)}
      </div>
    </Page>
  );
}
