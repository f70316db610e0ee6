import { providerOf } from '../../src/core/endpoints.js';
import { longDeadlineMs } from './pace.js';
import type { Program } from './program.js';

/** Whether a start of an endpoint without a session, which could be ended, hangs in its worker. */
export function stallsStart({ runs }: Program): boolean {
  return runs.some(
    ({ endpoint, acts }) => endpoint === 'browserbase.agentRun' && acts.some(({ kind }) => kind === 'stalled-start'),
  );
}

/** Whether two more runs that last want to run at once than an account lets. */
export function outnumbersSlots({ runs, weather }: Program): boolean {
  return Object.entries(weather.limits).some(([provider, { concurrentRuns = Infinity }]) => {
    const lasting = runs.filter((run) => providerOf(run.endpoint) === provider && run.deadlineMs >= longDeadlineMs);
    return lasting.length > concurrentRuns + 1;
  });
}
