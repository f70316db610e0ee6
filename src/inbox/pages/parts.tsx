import type { Child } from 'hono/jsx';
import type { Json } from '../../core/json.js';
import { keyOfWorkflowId } from '../../core/names.js';
import { isPlanWorkflow, keyOfPlan, type PlanStepStatus } from '../../core/plan.js';
import { type Question, type QuestionState, workflowOfQuestion } from '../../core/question.js';
import type { RunStatus, Usage } from '../../core/run.js';

const mostText = 20_000;

/** The address of a run's page. */
export function runPath(key: string, rest = ''): string {
  return `/runs/${encodeURIComponent(key)}${rest}`;
}

/** The address of a question's page. */
export function questionPath(id: string, rest = ''): string {
  return `/questions/${encodeURIComponent(id)}${rest}`;
}

/** The address of a batch's page. */
export function batchPath(key: string, rest = ''): string {
  return `/batches/${encodeURIComponent(key)}${rest}`;
}

/** The address of a plan's page. */
export function planPath(key: string, rest = ''): string {
  return `/plans/${encodeURIComponent(key)}${rest}`;
}

/** Who asks: a run or a plan by its page, a workflow of somebody's own by its id. */
export function Asker({ question }: { question: Pick<Question, 'id' | 'key'> }) {
  const workflowId = workflowOfQuestion(question.id) ?? '';
  const run = keyOfWorkflowId(workflowId);
  if (run !== undefined) return <a href={runPath(run)}>{run}</a>;
  if (!isPlanWorkflow(workflowId)) return <>{question.key}</>;
  const plan = keyOfPlan(workflowId);
  return (
    <>
      the plan <a href={planPath(plan)}>{plan}</a>
    </>
  );
}

/** A part of a page that script renews, by news where it is still live. */
export function Live(props: { what: 'page' | 'list'; refresh: string; news?: string; children?: Child }) {
  const { what, refresh, news, children } = props;
  return (
    <>
      <p class="offline" data-offline hidden>
        The connection to the inbox is lost. It comes back by itself; until then this {what} may be old.
      </p>
      <div data-refresh={refresh} data-live={news} aria-live={what === 'list' ? 'polite' : undefined}>
        {children}
      </div>
    </>
  );
}

/** A point in time: for everybody in UTC, by script in the reader's own time. */
export function When({ at }: { at: string }) {
  return (
    <time datetime={at} data-when>
      {inUtc(at)}
    </time>
  );
}

/** How long is left: by script as a countdown, without as the time itself. */
export function Deadline({ at }: { at: string | undefined }) {
  if (at === undefined) return <span class="deadline">no deadline of its own</span>;
  return (
    <time class="deadline" datetime={at} data-countdown>
      until {inUtc(at)}
    </time>
  );
}

/** How long something took. */
export function Took({ from, to }: { from: string; to: string }) {
  return <span>{lasting(Math.max(0, Date.parse(to) - Date.parse(from)))}</span>;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** A length of time, for reading: its two largest units. */
export function lasting(ms: number): string {
  let left = ms;
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  });
  return parts.slice(0, 2).join(' ') || 'less than a second';
}

const stateWords: Record<QuestionState, string> = {
  open: 'waiting',
  claimed: 'being answered',
  answered: 'received, not yet applied',
  applied: 'answered',
  gone: 'gone',
  expired: 'expired',
  unknown: 'unknown',
};

/** How a question stands, in words. */
export function State({ state }: { state: QuestionState }) {
  return <span class={`badge q-${state}`}>{stateWords[state]}</span>;
}

/** How a run, a batch, a plan or a step stands. */
export function Status({ status }: { status: RunStatus | PlanStepStatus }) {
  return <span class={`badge s-${status}`}>{status.replaceAll('-', ' ')}</span>;
}

/** What was used, as far as providers say. */
export function usageText({ steps, credits, tokens, seconds, polls }: Usage): string {
  const parts = [
    steps !== undefined && `${steps} ${steps === 1 ? 'step' : 'steps'}`,
    credits !== undefined && `${round(credits)} credits`,
    tokens !== undefined && `${tokens} tokens`,
    seconds !== undefined && `${lasting(seconds * 1000)} of browser`,
    polls !== undefined && `looked at ${polls} times`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Sums of fractions have many digits. */
function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** Names and values; what has no value is left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: Child])[] }) {
  const shown = rows.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return (
    <dl class="facts">
      {shown.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A text from elsewhere, as it is. */
export function Prose({ text, label }: { text: string; label?: string }) {
  return (
    <p class="prose" aria-label={label}>
      {cut(text)}
    </p>
  );
}

/** A value for reading. */
export function Value({ value }: { value: Json | undefined }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <pre class="value" tabindex={0}>
      {cut(text ?? '')}
    </pre>
  );
}

/** Something to be known, in a box. */
export function Note({ kind = 'info', children }: { kind?: 'info' | 'good' | 'warn' | 'bad'; children?: Child }) {
  return (
    <div class={`note ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

function cut(text: string): string {
  return text.length <= mostText ? text : `${text.slice(0, mostText)}… (${text.length - mostText} characters more)`;
}

function inUtc(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
