import { awaitsPerson, type Question } from '../../core/question.js';
import { runKeyOf } from '../desk.js';
import type { Posted } from '../form-answer.js';
import { csrfField } from '../guard.js';
import { inWords, mayAnswer } from '../person.js';
import { AnswerFormView } from './answer-form.js';
import { Page, type Viewer } from './layout.js';
import { Asker, Deadline, Facts, lasting, Note, Prose, questionPath, runPath, State, Value, When } from './parts.js';

export interface QuestionProps {
  viewer: Viewer;
  question: Question;
  decisionId: string;
  position: string;
  /** What has just been done. */
  done?: 'taken' | 'received';
  before?: Posted;
  reason?: string;
}

/** One question, with the form that answers it. */
export function QuestionPage(props: QuestionProps) {
  const { viewer, question, position } = props;
  const key = runKeyOf(question);
  return (
    <Page title={question.title} viewer={viewer} place="questions">
      <p class="crumb">
        <a href="/">Questions</a>
      </p>
      <div class="split" data-live={`/events?from=${position}`} data-question-id={question.id}>
        <section aria-labelledby="title">
          <div class="card-head">
            <State state={question.state} />
            {isOpen(question) && <Deadline at={question.deadline} />}
          </div>
          <h1 id="title">{question.title}</h1>
          <Prose text={question.message} />
          <p class="note info" data-changed hidden>
            This question has changed meanwhile. <a href={questionPath(question.id)}>Show how it stands now</a>
          </p>
          <Answering {...props} />
        </section>
        <aside aria-label="About this question">
          <Facts
            rows={[
              ['Asked by', <Asker question={question} />],
              ['Asked', <When at={question.askedAt} />],
              ['For', inWords(question.assignees)],
              ['Deadline', question.deadline && <When at={question.deadline} />],
              ['Live view', key !== undefined && <a href={runPath(key, '/live')}>Watch the browser</a>],
            ]}
          />
          <Ladder question={question} />
          <Refused question={question} />
        </aside>
      </div>
    </Page>
  );
}

/** Whether it can be answered: one of which nobody knows what became may be answered again. */
export function isOpen(question: Question): boolean {
  return awaitsPerson(question) && question.state !== 'claimed';
}

function Answering({ viewer, question, decisionId, before, reason, done }: QuestionProps) {
  if (done === 'received' && isOpen(question)) return <Received />;
  if (!isOpen(question)) {
    return (
      <>
        <Closed question={question} reason={reason} />
        <Given question={question} />
      </>
    );
  }
  if (!mayAnswer(question, viewer.person)) {
    return <Note>This question is for {inWords(question.assignees)}. You may read it, but not answer it.</Note>;
  }
  return (
    <>
      {question.state === 'unknown' && <Doubt question={question} />}
      <AnswerFormView
        question={question}
        action={questionPath(question.id)}
        decisionId={decisionId}
        csrf={{ name: csrfField, value: viewer.session.csrf }}
        before={before}
        reason={reason}
      />
    </>
  );
}

/** What became of a question, and why an answer that came for it was not taken. */
export function Closed({ question, reason }: { question: Question; reason?: string }) {
  return (
    <>
      {reason !== undefined && (
        <Note kind="bad">
          <strong>Your answer was not taken.</strong> {reason}
        </Note>
      )}
      <Trail question={question} />
    </>
  );
}

/** What is said of an answer that no worker has taken yet. */
export function Received() {
  return (
    <Note kind="warn">
      <strong>Received, not yet applied.</strong> The answer is kept with the question; the next worker that comes up
      takes it. You need not send it again.
    </Note>
  );
}

/** What is said where an answer may have got through. */
export function Doubt({ question: { by } }: { question: Question }) {
  return (
    <Note kind="warn">
      <strong>{by ?? 'Somebody'} was answering this when the connection was lost.</strong> Nobody knows whether the
      provider has that answer. If the question still waits there, yours is sent; if not, nothing is.
    </Note>
  );
}

/** Who answered, when, and through what. */
export function Trail({ question }: { question: Question }) {
  const { state, by, channel, answeredAt } = question;
  const who = by ?? 'nobody';
  const through = channel === undefined ? '' : ` through ${channel}`;
  const at = answeredAt === undefined ? <></> : <When at={answeredAt} />;
  switch (state) {
    case 'claimed':
      return (
        <Note>
          <strong>{who} is giving the answer</strong>
          {through}.
        </Note>
      );
    case 'answered':
      return (
        <Note kind="warn">
          <strong>Received, not yet applied.</strong> {who} answered{through} ({at}); it is on its way.
        </Note>
      );
    case 'applied':
      return (
        <Note kind="good">
          <strong>Answered by {who}</strong>
          {through} ({at}).
        </Note>
      );
    case 'expired':
      return (
        <Note>
          <strong>Nobody answered before the deadline</strong>, and the default was applied. {at}
        </Note>
      );
    case 'gone':
      return (
        <Note>
          <strong>This question is closed.</strong> Whoever asked went on, or has ended, before an answer was taken.
        </Note>
      );
    case 'unknown':
      return (
        <Note kind="warn">
          <strong>Nobody knows whether {who}'s answer was taken.</strong> It was being given{through} when the
          connection was lost{question.closed ? ', and the agent has gone on since' : ''}.
        </Note>
      );
    case 'open':
      return <p class="hint">Waits for an answer.</p>;
  }
}

/** What was answered: for those who have signed in, not for whoever has a link. */
export function Given({ question: { answer } }: { question: Question }) {
  if (answer === undefined) return <></>;
  return <Value value={typeof answer === 'boolean' ? (answer ? 'Yes' : 'No') : answer} />;
}

function Refused({ question: { refused = [] } }: { question: Question }) {
  if (refused.length === 0) return <></>;
  return (
    <section class="ladder" aria-label="Answers that were not taken">
      <h2>Answered before</h2>
      <ol>
        {refused.map(({ by, channel, answeredAt }) => (
          <li>
            <strong>{by}</strong> through {channel} (<When at={answeredAt} />
            ), refused by whoever asked
          </li>
        ))}
      </ol>
    </section>
  );
}

function Ladder({ question: { escalation = [], askedAt } }: { question: Question }) {
  if (escalation.length === 0) return <></>;
  return (
    <section class="ladder" aria-label="Who is told next">
      <h2>If nobody answers</h2>
      <ol>
        {escalation.map(({ after, to }) => (
          <li>
            after {lasting(after)}, <strong>{inWords(to)}</strong> may answer too (<When at={later(askedAt, after)} />)
          </li>
        ))}
      </ol>
    </section>
  );
}

function later(from: string, ms: number): string {
  return new Date(Date.parse(from) + ms).toISOString();
}
