import type { PlanItems, PlanOutcome, PlanReport, PlanStepReport } from '../../core/plan.js';
import { hasEnded } from '../../core/plan.js';
import type { Question } from '../../core/question.js';
import type { EarlierTarget } from '../../core/run.js';
import { Page, type Viewer } from './layout.js';
import { Deadline, Facts, Live, Note, planPath, questionPath, runPath, Status, Took, Value, When } from './parts.js';
import { QuestionCard } from './question-card.js';

export interface PlanProps {
  viewer: Viewer;
  report: PlanReport;
  outcome?: PlanOutcome;
  /** Those that it waits with, its own and those of its runs; undefined while no worker can tell. */
  questions?: readonly Question[];
  /** Its page at Temporal. */
  temporal?: string;
  /** Whether it was just asked to stop. */
  stopping?: boolean;
  /** Where live news begins. */
  mark: string;
}

/** One plan. */
export function PlanPage(props: PlanProps) {
  const { viewer, report, mark } = props;
  const goesOn = !hasEnded(report.status);
  return (
    <Page title={report.name ?? report.key} viewer={viewer} place="plans" reload={goesOn ? 20 : undefined}>
      <p class="crumb">
        <a href="/plans">Plans</a>
      </p>
      <Live
        what="page"
        refresh={planPath(report.key, '/story')}
        news={goesOn ? planPath(report.key, `/events?from=${mark}`) : undefined}
      >
        <PlanStory {...props} />
      </Live>
    </Page>
  );
}

/** The part of it that changes. */
export function PlanStory({ report, outcome, questions, temporal, stopping }: PlanProps) {
  return (
    <>
      <Head report={report} temporal={temporal} />
      {stopping && !outcome && (
        <Note>It is being stopped: its runs are stopped, and its questions closed. That can take some seconds.</Note>
      )}
      <div class="split">
        <div>
          <Ending outcome={outcome} />
          <Waiting questions={questions} />
          <Steps report={report} />
        </div>
        <aside aria-label="About this plan">
          <PlanFacts report={report} outcome={outcome} />
        </aside>
      </div>
    </>
  );
}

function Head({ report: { key, name, status }, temporal }: { report: PlanReport; temporal: string | undefined }) {
  return (
    <div class="head">
      {name === undefined ? <h1 class="key">{key}</h1> : <h1>{name}</h1>}
      <div class="actions">
        {temporal !== undefined && (
          <a href={temporal} rel="noreferrer">
            In Temporal
          </a>
        )}
        {!hasEnded(status) && (
          <a class="danger" href={planPath(key, '/stop')}>
            Stop…
          </a>
        )}
      </div>
    </div>
  );
}

function Ending({ outcome }: { outcome: PlanOutcome | undefined }) {
  if (!outcome) return <></>;
  const { status, error, output } = outcome;
  return (
    <section aria-label="How it ended">
      {error && (
        <Note kind={status === 'cancelled' ? 'info' : 'bad'}>
          <strong>{error.code}</strong>
          {error.step !== undefined && ` at the step ${error.step}:`} {error.message}
          {error.hint !== undefined && <span class="hint">{error.hint}</span>}
        </Note>
      )}
      {output !== undefined && (
        <>
          <h2>Output</h2>
          <Value value={output} />
        </>
      )}
    </section>
  );
}

function Waiting({ questions = [] }: { questions?: readonly Question[] }) {
  if (questions.length === 0) return <></>;
  return (
    <section aria-labelledby="waits">
      <h2 id="waits">It waits for a person</h2>
      <ol class="cards">
        {questions.map((question) => (
          <QuestionCard question={question} time={<Deadline at={question.deadline} />} />
        ))}
      </ol>
    </section>
  );
}

function Steps({ report: { steps, status } }: { report: PlanReport }) {
  if (steps.length === 0) {
    return hasEnded(status) ? (
      <Note kind="warn">Its workflow was ended from outside, and told nothing of its steps.</Note>
    ) : (
      <Note kind="warn">No worker is there to tell how its steps stand. Start one: npx perdure up</Note>
    );
  }
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      <ol class="story steps">
        {steps.map((step) => (
          <Step step={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step }: { step: PlanStepReport }) {
  const { name, kind, status, startedAt, endedAt, run, question, error, items, failedOver = [], result } = step;
  return (
    <li class={`p-${status}`}>
      <p class="step-head">
        <strong class="key">{name}</strong> <Status status={status} />
      </p>
      <p class="meta">
        <span>{kind}</span>
        {startedAt !== undefined && endedAt === undefined && (
          <span>
            began <When at={startedAt} />
          </span>
        )}
        {startedAt !== undefined && endedAt !== undefined && (
          <span>
            took <Took from={startedAt} to={endedAt} />
          </span>
        )}
        {run !== undefined && !items && <a href={runPath(run)}>its run</a>}
        {question !== undefined && <a href={questionPath(question)}>its question</a>}
      </p>
      {failedOver.map((earlier) => (
        <Earlier earlier={earlier} />
      ))}
      {items && <Items items={items} />}
      {error && (
        <p class="refusal">
          <strong>{error.code}</strong> {error.message}
        </p>
      )}
      {result !== undefined && <Value value={result} />}
    </li>
  );
}

function Earlier({ earlier: { key, account, status, error } }: { earlier: EarlierTarget }) {
  return (
    <p class="hint">
      Before, at {account}: <a href={runPath(key)}>{status}</a>
      {error && `, ${error.code}`}
    </p>
  );
}

const mostItems = 10;

function Items({ items: { total, completed, failed, running, failures } }: { items: PlanItems }) {
  return (
    <>
      <p>
        {completed + failed} of {total} items{failed > 0 && `, ${failed} failed`}
      </p>
      <ul class="items">
        {running.slice(0, mostItems).map((piece) => (
          <li>
            <Piece piece={piece} /> goes on
          </li>
        ))}
        {failures.slice(0, mostItems).map((piece) => (
          <li>
            <Piece piece={piece} /> failed{piece.error && `: ${piece.error.code}, ${piece.error.message}`}
          </li>
        ))}
      </ul>
    </>
  );
}

function Piece({ piece: { index, run, question } }: { piece: PlanItems['running'][number] }) {
  if (run !== undefined) return <a href={runPath(run)}>item {index}</a>;
  return question === undefined ? <>item {index}</> : <a href={questionPath(question)}>item {index}</a>;
}

function PlanFacts({ report, outcome }: { report: PlanReport; outcome: PlanOutcome | undefined }) {
  const { key, status, steps, startedAt } = report;
  const done = steps.filter(({ endedAt }) => endedAt !== undefined).length;
  return (
    <Facts
      rows={[
        ['Status', <Status status={outcome?.status ?? status} />],
        ['Key', key],
        ['Steps', steps.length > 0 && `${done} of ${steps.length} have ended`],
        ['Runs', <a href={`/runs?prefix=${encodeURIComponent(`perdure:plan:${key}/`)}`}>All its runs</a>],
        ['Started', <When at={startedAt} />],
        ['Ended', outcome && <When at={outcome.endedAt} />],
        ['Took', outcome && <Took from={outcome.startedAt} to={outcome.endedAt} />],
      ]}
    />
  );
}
