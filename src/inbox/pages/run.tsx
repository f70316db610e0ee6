import { costText, type Prices } from '../../core/prices.js';
import type { Question } from '../../core/question.js';
import { type Attempt, isFinal, type Outcome, type RunReport, type Usage } from '../../core/run.js';
import type { Message } from '../../providers/provider.js';
import { Page, type Viewer } from './layout.js';
import { batchPath, Facts, Note, planPath, Prose, runPath, Status, Took, usageText, Value, When } from './parts.js';
import { statesOf } from '../states.js';
import { Given, Trail } from './question.js';
import { QuestionCard } from './question-card.js';

/** All that is known of a run. */
export interface RunStory {
  report: RunReport;
  outcome?: Outcome;
  /** Its starts so far; undefined while no worker can tell. */
  attempts?: readonly Attempt[];
  /** Undefined while no worker can tell. */
  questions?: readonly Question[];
  /** What the agent said, where its provider gives it, newest last. */
  messages?: readonly Message[];
  /** What its provider counts by now. */
  usage?: Usage;
  /** Why its provider tells nothing. */
  silence?: string;
  /** What its cost is told by. */
  prices: Prices;
}

export interface RunProps {
  viewer: Viewer;
  story: RunStory;
  /** Its page at Temporal. */
  temporal?: string;
  /** Whether it was just asked to stop. */
  stopping?: boolean;
}

/** The story of one run. */
export function RunPage(props: RunProps) {
  const { viewer, story } = props;
  const { report } = story;
  const ended = isFinal(report.status);
  return (
    <Page title={report.key} viewer={viewer} place="runs" reload={ended ? undefined : 20}>
      <p class="crumb">
        <Above report={report} />
      </p>
      <div data-refresh={runPath(report.key, '/story')} data-every={ended ? undefined : '3'}>
        <RunStoryView {...props} />
      </div>
    </Page>
  );
}

/** Where a run is listed: with the others of what it is part of. */
function Above({ report: { batch, plan } }: { report: RunReport }) {
  if (batch !== undefined) return <Whole list="/batches" name="Batches" path={batchPath(batch)} of={batch} />;
  if (plan !== undefined) return <Whole list="/plans" name="Plans" path={planPath(plan)} of={plan} />;
  return <a href="/runs">Runs</a>;
}

function Whole({ list, name, path, of }: { list: string; name: string; path: string; of: string }) {
  return (
    <>
      <a href={list}>{name}</a> / <a href={path}>{of}</a>
    </>
  );
}

/** The part of it that changes. */
export function RunStoryView({ story, stopping, temporal }: RunProps) {
  const { report, outcome } = story;
  return (
    <>
      <Head report={report} temporal={temporal} />
      {stopping && !outcome && (
        <Note>
          It is being stopped: the provider's run is stopped and its session ended. That can take some seconds.
        </Note>
      )}
      <div class="split">
        <div>
          <Ending outcome={outcome} />
          <Questions story={story} />
          <Attempts attempts={story.attempts} />
          <Messages story={story} />
          <States story={story} />
        </div>
        <aside aria-label="About this run">
          <RunFacts story={story} report={report} />
        </aside>
      </div>
    </>
  );
}

/** Its key, and what can be done with it as it stands. */
function Head({ report: { key, status }, temporal }: { report: RunReport; temporal: string | undefined }) {
  const ended = isFinal(status);
  return (
    <div class="head">
      <h1 class="key">{key}</h1>
      <div class="actions">
        {!ended && <a href={runPath(key, '/live')}>Live view</a>}
        {temporal !== undefined && (
          <a href={temporal} rel="noreferrer">
            In Temporal
          </a>
        )}
        {!ended && (
          <a class="danger" href={runPath(key, '/stop')}>
            Stop…
          </a>
        )}
      </div>
    </div>
  );
}

function RunFacts({ story: { outcome, usage, prices }, report }: { story: RunStory; report: RunReport }) {
  const used = { ...usage, ...outcome?.usage };
  const { endpoint } = report;
  const provider = outcome?.provider ?? { ...report, status: report.providerStatus };
  return (
    <Facts
      rows={[
        ['Status', <Status status={outcome?.status ?? report.status} />],
        ['Batch', report.batch !== undefined && <a href={batchPath(report.batch)}>{report.batch}</a>],
        ['Plan', report.plan !== undefined && <a href={planPath(report.plan)}>{report.plan}</a>],
        ['Endpoint', report.endpoint],
        ['Account', report.account],
        ['Provider says', provider.status],
        ["Provider's run", provider.runId],
        ['Session', provider.sessionId],
        ['Started', <When at={report.startedAt} />],
        ['Ended', outcome && <When at={outcome.endedAt} />],
        ['Took', outcome && <Took from={outcome.startedAt} to={outcome.endedAt} />],
        [
          'Browser',
          report.takeover && (
            <span>
              held by <strong>{report.takeover.by}</strong> since <When at={report.takeover.since} />
            </span>
          ),
        ],
        ['Fence', outcome?.fence],
        ['Used', usageText(used)],
        [
          'Cost',
          provider.runId !== undefined || provider.sessionId !== undefined
            ? costText({ endpoint, usage: used, outcome }, prices)
            : undefined,
        ],
        ['Cleanup', outcome && cleanupText(outcome)],
      ]}
    />
  );
}

function cleanupText({ cleanup: { confirmed, left } }: Outcome): string {
  if (confirmed) return 'everything is ended';
  return left.length === 0 ? 'not confirmed' : `may still live: ${left.join(', ')}`;
}

function Ending({ outcome }: { outcome: Outcome | undefined }) {
  if (!outcome) return <></>;
  const { error, result, raw } = outcome;
  return (
    <section aria-label="How it ended">
      {error && (
        <Note kind={outcome.status === 'cancelled' ? 'info' : 'bad'}>
          <strong>{error.code}</strong> {error.message}
          {error.hint !== undefined && <span class="hint">{error.hint}</span>}
        </Note>
      )}
      {result !== undefined && (
        <>
          <h2>Result</h2>
          <Value value={result} />
        </>
      )}
      {raw !== undefined && (
        <>
          <h2>What the provider gave</h2>
          <Value value={raw} />
        </>
      )}
    </section>
  );
}

function Questions({ story: { questions } }: { story: RunStory }) {
  if (questions === undefined) {
    return <Note kind="warn">No worker is there to tell what it has asked.</Note>;
  }
  if (questions.length === 0) return <></>;
  return (
    <section aria-labelledby="asked">
      <h2 id="asked">Questions</h2>
      <ol class="cards">
        {questions.map((question) => (
          <QuestionCard question={question} time={<When at={question.askedAt} />}>
            <Trail question={question} />
            <Given question={question} />
          </QuestionCard>
        ))}
      </ol>
    </section>
  );
}

function Attempts({ attempts = [] }: { attempts?: readonly Attempt[] }) {
  if (attempts.length === 0) return <></>;
  return (
    <section aria-labelledby="starts">
      <h2 id="starts">Starts</h2>
      <ol class="story">
        {attempts.map(({ generation, outcome, startedAt, runId, sessionId, error, fence, lateRunId, notes }) => (
          <li>
            <p>
              <strong>
                {generation}. {outcome}
              </strong>{' '}
              <When at={startedAt} />
            </p>
            {error && (
              <p>
                {error.code}: {error.message}
              </p>
            )}
            <p class="meta">
              {runId !== undefined && <span>run {runId}</span>}
              {sessionId !== undefined && <span>session {sessionId}</span>}
              {fence !== undefined && <span>fence {fence}</span>}
              {lateRunId !== undefined && <span>showed late as {lateRunId}</span>}
            </p>
            {notes.map((note) => (
              <p class="hint">{note}</p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Messages({ story: { messages = [], silence } }: { story: RunStory }) {
  if (messages.length === 0) return silence === undefined ? <></> : <p class="hint">{silence}</p>;
  return (
    <section aria-labelledby="said">
      <h2 id="said">What the agent says</h2>
      <ol class="story">
        {messages.map(({ at, role, text }) => (
          <li>
            <p class="meta">
              <span>{role}</span>
              <When at={at} />
            </p>
            <Prose text={text} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function States({ story }: { story: RunStory }) {
  return (
    <section aria-labelledby="states">
      <h2 id="states">States</h2>
      <ol class="story">
        {statesOf(story).map(({ status, at, why }) => (
          <li>
            <p class="meta">
              <Status status={status} />
              {at !== undefined && <When at={at} />}
              <span>{why}</span>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
