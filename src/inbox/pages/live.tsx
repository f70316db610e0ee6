import type { RunReport } from '../../core/run.js';
import { Csrf, Page, type Viewer } from './layout.js';
import { Note, runPath, Status, When } from './parts.js';

export interface LiveProps {
  viewer: Viewer;
  report: RunReport;
  /** The provider's own address of the live view. */
  address?: string;
  /** Why there is none. */
  reason?: string;
  /** What became of taking over or handing back. */
  told?: { good: boolean; text: string };
}

/** The browser of a run, and who holds it. */
export function LivePage({ viewer, report, address, reason, told }: LiveProps) {
  const { key, takeover, status } = report;
  const mine = takeover?.by === viewer.person.name;
  return (
    <Page title={`Live view of ${key}`} viewer={viewer} place="runs" wide>
      <p class="crumb">
        <a href="/runs">Runs</a> / <a href={runPath(key)}>{key}</a>
      </p>
      <div class="head">
        <h1>Live view</h1>
        <Status status={status} />
        <form class="actions" method="post" action={runPath(key, '/takeover')} data-once>
          <Csrf viewer={viewer} />
          {takeover ? (
            <button type="submit" name="hold" value="no" class={mine ? 'primary' : undefined}>
              {mine ? 'Hand back to the agent' : `Hand back for ${takeover.by}`}
            </button>
          ) : (
            <button type="submit" name="hold" value="yes" class="primary">
              Take over
            </button>
          )}
        </form>
      </div>
      {told && <Note kind={told.good ? 'good' : 'bad'}>{told.text}</Note>}
      <p class="held">
        {takeover ? (
          <>
            <strong>{mine ? 'You hold' : `${takeover.by} holds`} this browser</strong> since{' '}
            <When at={takeover.since} />.{!mine && ' Look, but do not touch.'}
          </>
        ) : (
          'Nobody holds this browser: the agent works in it. Take over before you type or click, so that others see it.'
        )}
      </p>
      {address === undefined ? (
        <div class="empty">
          <p class="lead">There is nothing to watch.</p>
          <p>{reason}</p>
        </div>
      ) : (
        <iframe
          class="live"
          src={address}
          title={`Live view of the browser of ${key}`}
          referrerpolicy="no-referrer"
          sandbox="allow-scripts allow-same-origin allow-forms allow-popups"
          allow="clipboard-read; clipboard-write"
        ></iframe>
      )}
    </Page>
  );
}
