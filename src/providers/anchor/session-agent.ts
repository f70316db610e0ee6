import { endpointFlags } from '../../core/endpoints.js';
import { PerdureError } from '../../core/errors.js';
import type { ReadingState } from '../../core/reading.js';
import { stateOf } from '../border.js';
import type { EndpointDriver, Ending } from '../provider.js';
import type { AnchorClient } from './client.js';
import { configOf } from './own-session.js';
import { unwrapResult } from './result.js';
import type { AgentAnswer } from './run-schemas.js';
import { statusOfMany } from './run-status.js';
import { createSessionDriver, openOwnSession, readingOfSession, withQuestion } from './session-driver.js';

const endpoint = 'anchor.sessionAgent';

// The call answers when the agent has ended: only a word that says otherwise is not a completion.
const ends: Readonly<Record<string, ReadingState>> = {
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  timeout: 'timed-out',
  timed_out: 'timed-out',
  cancelled: 'stopped',
  canceled: 'stopped',
  stopped: 'stopped',
};

/** An agent in a session, by the call that blocks. Nothing but the session can be looked at from elsewhere. */
export function createSessionAgentDriver(client: AnchorClient): EndpointDriver<typeof endpoint> {
  return {
    ...createSessionDriver(client),
    endpoint,
    flags: endpointFlags[endpoint],
    openSession: ({ input, ...request }, call) => openOwnSession(client, configOf(input.session), request, call),
    start: async ({ input, sessionId: given }, call) => {
      const { session_id: own, session: _, extra, ...fields } = input;
      const sessionId = given ?? own;
      if (sessionId === undefined) {
        throw new PerdureError({
          code: 'bad-input',
          message: 'This endpoint runs only in a session.',
          hint: 'Leave session out, or give session_id.',
        });
      }
      const answer = await client.agent.run(sessionId, { ...fields, ...extra }, call);
      const ending = endingOf(answer, sessionId);
      return { sessionId, providerStatus: ending.reading.providerStatus, markEchoed: true, ending };
    },
    status: async (handle, call) =>
      withQuestion(client, { reading: await readingOfSession(client, handle, call), handle }, call),
    statusMany: (handles, call, terms) =>
      statusOfMany({ client, handles, look: (handle) => readingOfSession(client, handle, call) }, call, terms),
    read: async (handle, call) => ({ reading: await readingOfSession(client, handle, call) }),
  };
}

function endingOf({ status = 'completed', result, error }: AgentAnswer, sessionId: string): Ending {
  const word = stateOf(ends, status);
  const state = word === 'other' ? 'completed' : word;
  return { reading: { state, providerStatus: status, sessionId, error }, ...unwrapResult(result), sessionId };
}
