import type { Child } from 'hono/jsx';
import type { Question } from '../../core/question.js';
import { Prose, questionPath, State } from './parts.js';

/** A question among others beneath a heading of their page: how it stands, beside a time, and the way to its page. */
export function QuestionCard({ question, time, children }: { question: Question; time: Child; children?: Child }) {
  const { id, title, message, state } = question;
  return (
    <li class="card">
      <div class="card-head">
        <State state={state} />
        {time}
      </div>
      <h3>
        <a class="cover" href={questionPath(id)}>
          {title}
        </a>
      </h3>
      <Prose text={message} />
      {children}
    </li>
  );
}
