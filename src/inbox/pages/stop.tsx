import type { Child } from 'hono/jsx';
import { Csrf, Page, type Place, type Viewer } from './layout.js';
import { Facts } from './parts.js';

export interface StopProps {
  viewer: Viewer;
  /** Where it is listed, and what one of that list is called. */
  place: Exclude<Place, 'questions'>;
  noun: 'run' | 'batch' | 'plan';
  /** Its key. */
  of: string;
  /** Its page. */
  path: string;
  rows: readonly (readonly [name: string, value: Child])[];
}

const lists = { runs: 'Runs', batches: 'Batches', plans: 'Plans' };

const consequences: Record<StopProps['noun'], Child> = {
  run: (
    <>
      The provider's run is stopped, its session ended, and the run ends as <em>cancelled</em>. What the agent has done
      by then stays done. This can't be taken back, and its key stays taken.
    </>
  ),
  batch: (
    <>
      Nothing more is started, and the runs under way are stopped: each ends as <em>cancelled</em>. What has ended stays
      as it is. Started again with the same results file, the batch goes on with what was not done.
    </>
  ),
  plan: (
    <>
      Its runs are stopped, its questions closed, and the plan ends as <em>cancelled</em>. What its steps have done by
      then stays done. This can't be taken back, and its key stays taken.
    </>
  ),
};

/** What is asked before something is stopped. */
export function StopPage({ viewer, place, noun, of, path, rows }: StopProps) {
  return (
    <Page title={`Stop ${of}`} viewer={viewer} place={place}>
      <div class="narrow">
        <p class="crumb">
          <a href={`/${place}`}>{lists[place]}</a> / <a href={path}>{of}</a>
        </p>
        <h1>Stop this {noun}?</h1>
        <Facts rows={[['Key', of], ...rows]} />
        <p>{consequences[noun]}</p>
        <form class="answer" method="post" action={`${path}/stop`} data-once>
          <Csrf viewer={viewer} />
          <div class="actions">
            <button class="danger" type="submit">
              Stop the {noun}
            </button>
            <a href={path}>Let it go on</a>
          </div>
        </form>
      </div>
    </Page>
  );
}
