import { endpointFlags } from '../../core/endpoints.js';
import type { ReadingState } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import { stateOf, unless } from '../border.js';
import type { Call, EndpointDriver, Ending } from '../provider.js';
import type { AnchorClient } from './client.js';
import { configOf } from './own-session.js';
import type { TaskRunState } from './run-schemas.js';
import { statusOfMany } from './run-status.js';
import { createSessionDriver, openOwnSession, readingOfSession, withQuestion } from './session-driver.js';

const endpoint = 'anchor.task';

/** Anchor's words for how a task stands, in both generations of its tasks. */
export const taskStates: Readonly<Record<string, ReadingState>> = {
  queued: 'running',
  running: 'running',
  success: 'completed',
  failure: 'failed',
  timeout: 'timed-out',
  cancelled: 'stopped',
};

/** Tasks made before, followed by their run id. */
export function createTaskDriver(client: AnchorClient): EndpointDriver<typeof endpoint> {
  const look = async (handle: ProviderHandle, call: Call): Promise<Ending> => {
    if (handle.runId === undefined) return { reading: await readingOfSession(client, handle, call) };
    const run = await unless(['task-not-found'], client.tasks.status(handle.runId, call));
    return run ? endingOf(run, handle.sessionId) : { reading: { state: 'gone', providerStatus: 'not found' } };
  };
  return {
    ...createSessionDriver(client),
    endpoint,
    flags: endpointFlags[endpoint],
    openSession: ({ input, ...request }, call) => openOwnSession(client, configOf(input.session), request, call),
    start: async ({ input, sessionId: given }, call) => {
      const { taskId, session_id: own, session: _, extra, ...fields } = input;
      const sessionId = given ?? own;
      const inSession = sessionId === undefined ? {} : { session_id: sessionId, cleanup_sessions: false };
      const run = await client.tasks.run(taskId, { ...fields, ...extra, ...inSession }, call);
      return {
        runId: run.runId,
        sessionId: sessionId ?? run.sessionId,
        providerStatus: run.status,
        markEchoed: true,
      };
    },
    status: async (handle, call) => withQuestion(client, { reading: (await look(handle, call)).reading, handle }, call),
    statusMany: (handles, call, terms) =>
      statusOfMany({ client, handles, look: async (handle) => (await look(handle, call)).reading }, call, terms),
    read: look,
  };
}

function endingOf({ runId, status, result, error, sessionId: told }: TaskRunState, known: string | undefined): Ending {
  const sessionId = known ?? told;
  return {
    reading: { state: stateOf(taskStates, status), providerStatus: status, sessionId, error },
    result,
    runId,
    sessionId,
  };
}
