import { randomUUID } from 'node:crypto';
import { mayAsk, opensSession } from '../../src/core/builders.js';
import { makeMark } from '../../src/core/mark.js';
import { runWorkflowId } from '../../src/core/names.js';
import type { ProviderHandle } from '../../src/core/run.js';
import { defaultTimings } from '../../src/core/timings.js';
import { enrolmentOf, type EnrolTask, watcherOf } from '../../src/core/watch.js';
import { deployment, type Party } from '../stage/stage.js';
import { agentOf } from '../task.js';

/** Where a made-up run is seen at the provider. */
export type Sight = Pick<ProviderHandle, 'runId' | 'sessionId'>;

const hour = 3_600_000;
/** One in so many is looked at often, the others once: watchers continue as new only after a look. */
const youngOneIn = 100;
const youngPause = 500;

/** Runs that have no workflow, as a worker would enrol them; each is seen at the provider as one of those given. */
export function madeUpRuns({ account, taskQueue }: Party, sights: readonly Sight[], count: number): EnrolTask[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `flood-${index}`;
    const agent = agentOf('browserbase', { key, seconds: hour / 1000 });
    const pause = index % youngOneIn === 0 ? youngPause : hour;
    const run = enrolmentOf({
      id: runWorkflowId(key),
      agent,
      handle: {
        generation: 1,
        mark: makeMark({ deployment, key, firstExecution: randomUUID(), generation: 1 }),
        ownsSession: opensSession(agent),
        asks: mayAsk(agent),
        ...sights[index % sights.length],
      },
      timings: { ...defaultTimings, cadence: { first: pause, max: pause } },
      startedAt: Date.now(),
    });
    return { watcher: watcherOf(key, account, { taskQueue }), run };
  });
}
