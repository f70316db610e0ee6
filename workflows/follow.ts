import { condition } from '@temporalio/workflow';
import { watcherOf, type WatcherPlace } from '../src/core/watch.js';
import type { RunState } from './run-state.js';

/** Who looks at a run. */
export function watcherFor({ input, shard, enrolled }: RunState): WatcherPlace | undefined {
  const { key, account, taskQueue } = input;
  if (shard !== undefined) return { account, shard, taskQueue };
  const place = watcherOf(key, account, { taskQueue });
  return enrolled ? place : { ...place, movable: true };
}

/** Waits until its watcher has told that the run has ended, having told the watcher of the run where nobody has. */
export async function followToEnd(run: RunState): Promise<void> {
  const enrolment = run.enrolment();
  if (!run.enrolled && enrolment) {
    run.enrolled = true;
    run.noteWatcher(await run.activities.perdureEnrol(enrolment));
  }
  await condition(() => run.ended);
}
