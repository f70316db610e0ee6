import type { Question } from '../../core/question.js';
import { inWords, mayAnswer, type Person } from '../person.js';
import { Page, type Viewer } from './layout.js';
import { Asker, Deadline, Live, Note, questionPath, State, When } from './parts.js';

const mostWords = 280;

export interface QuestionsProps {
  viewer: Viewer;
  questions: readonly Question[];
  /** How many runs and workflows wait for a person and could not be asked with what. */
  silent: number;
  /** Whether those for others are shown too. */
  all: boolean;
  /** Where live news begins. */
  position: string;
}

/** The questions that wait, by deadline. */
export function QuestionsPage(props: QuestionsProps) {
  const { all, position, viewer } = props;
  return (
    <Page title="Questions" viewer={viewer} place="questions" reload={20}>
      <div class="head">
        <h1>Questions</h1>
        <nav class="tabs" aria-label="Which questions">
          <a href="/" aria-current={all ? undefined : 'true'}>
            For you
          </a>
          <a href="/?show=all" aria-current={all ? 'true' : undefined}>
            Everybody's
          </a>
        </nav>
      </div>
      <Live
        what="list"
        refresh={all ? '/questions/list?show=all' : '/questions/list'}
        news={`/events?from=${position}`}
      >
        <QuestionList {...props} />
      </Live>
    </Page>
  );
}

/** The part of it that changes. */
export function QuestionList({ questions, silent, all, viewer: { person } }: QuestionsProps) {
  const shown = byDeadline(questions).filter((question) => all || mayAnswer(question, person));
  const others = questions.length - shown.length;
  return (
    <>
      {silent > 0 && (
        <Note kind="warn">
          <strong>{silent === 1 ? 'One question' : `Questions of ${silent} runs or workflows`} can't be shown.</strong>{' '}
          No worker told in time what is asked: see with <code>npx perdure doctor</code> that workers run.
        </Note>
      )}
      {shown.length === 0 && silent === 0 && (
        <div class="empty">
          <p class="lead">Nothing waits for you.</p>
          <p>
            When an agent or a workflow asks, its question appears here by itself.
            {others > 0 && ` ${others} ${others === 1 ? 'waits' : 'wait'} for others.`}
          </p>
        </div>
      )}
      <ol class="cards" data-count={String(shown.length)}>
        {shown.map((question) => (
          <QuestionCard question={question} person={person} />
        ))}
      </ol>
    </>
  );
}

function QuestionCard({ question, person }: { question: Question; person: Person }) {
  const { id, title, message, deadline, state, assignees, askedAt, by } = question;
  return (
    <li class="card" data-question={id}>
      <div class="card-head">
        <State state={state} />
        <Deadline at={deadline} />
      </div>
      <h2>
        <a class="cover" href={questionPath(id)}>
          {title}
        </a>
      </h2>
      <p class="prose clamp">{message.length > mostWords ? `${message.slice(0, mostWords)}…` : message}</p>
      <p class="meta">
        <span>
          <Asker question={question} /> asked <When at={askedAt} />
        </span>
        <span>
          for {inWords(assignees)}
          {!mayAnswer(question, person) && ', not for you'}
        </span>
        {state === 'claimed' && by !== undefined && <span>{by} is answering</span>}
      </p>
    </li>
  );
}

/** Those that end first come first; those without a deadline by their age. */
function byDeadline(questions: readonly Question[]): Question[] {
  const last = '9999';
  return questions.toSorted(
    (a, b) =>
      (a.deadline ?? last).localeCompare(b.deadline ?? last) ||
      a.askedAt.localeCompare(b.askedAt) ||
      a.id.localeCompare(b.id),
  );
}
