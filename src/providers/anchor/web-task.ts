import { endpointFlags } from '../../core/endpoints.js';
import type { ReadingState } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import { stateOf, unless } from '../border.js';
import type { Call, EndpointDriver, Ending } from '../provider.js';
import type { AnchorClient } from './client.js';
import { configOf } from './own-session.js';
import { unwrapResult } from './result.js';
import type { AnchorRunState } from './run-schemas.js';
import { statusOfMany } from './run-status.js';
import { createSessionDriver, openOwnSession, readingOfSession, withQuestion } from './session-driver.js';

const endpoint = 'anchor.webTask';

const states: Readonly<Record<string, ReadingState>> = {
  pending: 'running',
  queued: 'running',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
};

/** Tasks from a prompt, followed by their workflow id. */
export function createWebTaskDriver(client: AnchorClient): EndpointDriver<typeof endpoint> {
  const look = async (handle: ProviderHandle, call: Call): Promise<Ending> => {
    const { runId, sessionId } = handle;
    if (runId === undefined) return { reading: await readingOfSession(client, handle, call) };
    const state = await unless(['task-not-found'], client.tools.webTaskStatus(runId, call));
    return state ? endingOf(state, sessionId) : { reading: { state: 'gone', providerStatus: 'not found' } };
  };
  return {
    ...createSessionDriver(client),
    endpoint,
    flags: endpointFlags[endpoint],
    openSession: ({ input, ...request }, call) => openOwnSession(client, configOf(input.session), request, call),
    start: async ({ input, sessionId: given }, call) => {
      const { sessionId: own, session: _, extra, ...fields } = input;
      const sessionId = given ?? own;
      const body = { ...fields, ...extra, async: true as const };
      const { workflowId, status, result } = await client.tools.performWebTask(body, sessionId, call);
      const accepted = { sessionId, providerStatus: status, markEchoed: true };
      if (workflowId !== undefined) return { ...accepted, runId: workflowId };
      return { ...accepted, ending: endingOf({ status, result }, sessionId) };
    },
    status: async (handle, call) => withQuestion(client, { reading: (await look(handle, call)).reading, handle }, call),
    statusMany: (handles, call, terms) =>
      statusOfMany({ client, handles, look: async (handle) => (await look(handle, call)).reading }, call, terms),
    read: look,
  };
}

function endingOf({ status, result, error }: AnchorRunState, sessionId: string | undefined): Ending {
  const state = stateOf(states, status);
  return { reading: { state, providerStatus: status, sessionId, error }, ...unwrapResult(result), sessionId };
}
