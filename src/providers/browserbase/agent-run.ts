import { endpointFlags } from '../../core/endpoints.js';
import { isPerdureError, PerdureError } from '../../core/errors.js';
import type { ProviderQuestion } from '../../core/question.js';
import type { Reading } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import { unless } from '../border.js';
import type { Call, EndpointDriver, Ending } from '../provider.js';
import { lookAtEach } from '../status-many.js';
import type { BrowserbaseClient } from './client.js';
import { createLastMessageReader } from './last-message.js';
import { carriesMark, withMark } from './mark.js';
import { findRuns, listMarkedRuns } from './marked-runs.js';
import { answerText, questionOf, toMessage } from './messages.js';
import { stateOfRun } from './run-states.js';
import { runningAmong } from './running-runs.js';
import type { BrowserbaseRun } from './schemas.js';

const endpoint = 'browserbase.agentRun';

const notKnown: Reading = { state: 'gone', providerStatus: 'not found' };

/** Agent runs at Browserbase, each in a session of its own. */
export function createAgentRunDriver(client: BrowserbaseClient): EndpointDriver<typeof endpoint> {
  const lastMessage = createLastMessageReader(client);
  const questionIn = async (runId: string, call: Call) => questionOf(await lastMessage(runId, call));
  const look = async ({ runId }: ProviderHandle, call: Call): Promise<Ending> => {
    const run = runId === undefined ? undefined : await unless(['task-not-found'], client.runs.get(runId, call));
    return run ? endingOf(run) : { reading: notKnown };
  };
  const status = async (handle: ProviderHandle, call: Call): Promise<Reading> => {
    const { reading, runId } = await look(handle, call);
    if (reading.state !== 'waiting' || runId === undefined) return reading;
    return { ...reading, question: await questionIn(runId, call) };
  };
  const statusMany = async (handles: readonly ProviderHandle[], call: Call) => {
    const ids = handles.flatMap(({ runId = '' }) => (runId === '' ? [] : [runId]));
    const running = await runningAmong(client, ids, call).catch(only429);
    if (isPerdureError(running)) return handles.map(() => running);
    return lookAtEach(handles, async (handle) => {
      const listed = running.get(handle.runId ?? '');
      return listed && stateOfRun(listed) === 'running' ? endingOf(listed).reading : status(handle, call);
    });
  };
  return {
    endpoint,
    flags: endpointFlags[endpoint],
    start: async ({ input, mark }, call) => {
      const { task: _task, resultSchema: _schema, mark: _mark, extra, ...fields } = input;
      const run = await client.runs.create({ ...fields, ...withMark(input, mark), ...extra }, call);
      const markEchoed = mark === undefined || carriesMark(run, mark);
      return { runId: run.runId, sessionId: run.sessionId, providerStatus: run.status, markEchoed };
    },
    find: (query, call) => findRuns(client, query, call),
    listMarked: (deployment, call) => listMarkedRuns(client, deployment, call),
    status,
    statusMany,
    read: look,
    messages: async ({ runId }, cursor, call) => {
      if (runId === undefined) return { messages: [], cursor };
      const { messages, nextSince } = await client.runs.messages(runId, cursor, call);
      return { messages: messages.map(toMessage), cursor: nextSince ?? cursor };
    },
    stop: async ({ runId }, call) => {
      if (runId !== undefined) await unless(['provider-conflict', 'task-not-found'], client.runs.stop(runId, call));
    },
    pendingQuestion: async ({ runId }, call) => {
      if (runId === undefined) return undefined;
      const run = await unless(['task-not-found'], client.runs.get(runId, call));
      return run && stateOfRun(run) === 'waiting' ? questionIn(runId, call) : undefined;
    },
    answer: async ({ runId }, question, answer, call) => {
      if (runId === undefined) throw noLongerOpen();
      await requireOpen(question, await questionIn(runId, call));
      await client.runs.resume(runId, { task: answerText(answer) }, call);
    },
    release: async (sessionId, call) => {
      const released = client.sessions.release(sessionId, call).then(() => true);
      return (await unless(['task-not-found'], unlessEnded(released))) === true;
    },
    session: async (sessionId, call) => {
      const session = await unless(['task-not-found'], client.sessions.get(sessionId, call));
      if (session === undefined) return undefined;
      return { live: session.live, providerStatus: session.status, usage: { seconds: session.seconds } };
    },
    liveView: (sessionId, call) => unless(['task-not-found'], client.sessions.liveView(sessionId, call)),
  };
}

function only429(error: unknown): PerdureError {
  if (isPerdureError(error, 'rate-limited')) return error;
  throw error;
}

/** A session that can't be released any more has ended. */
async function unlessEnded(released: Promise<boolean>): Promise<boolean> {
  return (await unless(['provider-conflict'], released)) ?? true;
}

function endingOf({ runId, status, sessionId, result, error }: BrowserbaseRun): Ending {
  const reading = { state: stateOfRun({ status }), providerStatus: status, sessionId, error };
  return { reading, result, runId, sessionId };
}

/** Resuming answers whatever the run waits with by then, so a late answer has to be held back here. */
function requireOpen(asked: ProviderQuestion, open: ProviderQuestion | undefined): void {
  if (open?.providerId !== asked.providerId) throw noLongerOpen();
}

function noLongerOpen(): PerdureError {
  return new PerdureError({
    code: 'provider-conflict',
    message: 'The run no longer waits with this question.',
    hint: 'See what is open now with: npx perdure questions',
  });
}
