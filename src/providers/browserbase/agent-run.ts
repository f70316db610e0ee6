import { endpointFlags } from '../../core/endpoints.js';
import { PerdureError } from '../../core/errors.js';
import type { ProviderQuestion } from '../../core/question.js';
import { isTerminal, type Reading, type ReadingState } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import { mostPages, stateOf, unless } from '../border.js';
import type { Call, EndpointDriver, Ending, FindQuery, Found } from '../provider.js';
import type { BrowserbaseClient } from './client.js';
import { createLastMessageReader } from './last-message.js';
import { carriesMark, withMark } from './mark.js';
import { answerText, questionOf, toMessage } from './messages.js';
import type { BrowserbaseRun } from './schemas.js';

const endpoint = 'browserbase.agentRun';

const states: Readonly<Record<string, ReadingState>> = {
  pending: 'running',
  running: 'running',
  paused: 'waiting',
  completed: 'completed',
  failed: 'failed',
  stopped: 'stopped',
  timed_out: 'timed-out',
};

const notKnown: Reading = { state: 'gone', providerStatus: 'not found' };

/** Agent runs at Browserbase, each in a session of its own. */
export function createAgentRunDriver(client: BrowserbaseClient): EndpointDriver<typeof endpoint> {
  const lastMessage = createLastMessageReader(client);
  const questionIn = async (runId: string, call: Call) => questionOf(await lastMessage(runId, call));
  const look = async ({ runId }: ProviderHandle, call: Call): Promise<Ending> => {
    const run = runId === undefined ? undefined : await unless(['task-not-found'], client.runs.get(runId, call));
    return run ? endingOf(run) : { reading: notKnown };
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
    status: async (handle, call) => {
      const { reading, runId } = await look(handle, call);
      if (reading.state !== 'waiting' || runId === undefined) return reading;
      return { ...reading, question: await questionIn(runId, call) };
    },
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
      return run && stateOf(states, run.status) === 'waiting' ? questionIn(runId, call) : undefined;
    },
    answer: async ({ runId }, question, answer, call) => {
      if (runId === undefined) throw noLongerOpen();
      await requireOpen(question, await questionIn(runId, call));
      await client.runs.resume(runId, { task: answerText(answer) }, call);
    },
    release: async (sessionId, call) => {
      await unless(['provider-conflict', 'task-not-found'], client.sessions.release(sessionId, call));
    },
    session: async (sessionId, call) => {
      const session = await unless(['task-not-found'], client.sessions.get(sessionId, call));
      if (session === undefined) return undefined;
      return { live: session.live, providerStatus: session.status, usage: { seconds: session.seconds } };
    },
    liveView: (sessionId, call) => unless(['task-not-found'], client.sessions.liveView(sessionId, call)),
  };
}

function endingOf({ runId, status, sessionId, result, error }: BrowserbaseRun): Ending {
  const reading = { state: stateOf(states, status), providerStatus: status, sessionId, error };
  return { reading, result, runId, sessionId };
}

/** Resuming answers whatever the run waits with by then, so a late answer has to be held back here. */
function requireOpen(asked: ProviderQuestion, open: ProviderQuestion | undefined): void {
  if (open?.providerId !== asked.providerId) throw noLongerOpen();
}

function noLongerOpen(): PerdureError {
  return new PerdureError({ code: 'provider-conflict', message: 'The run no longer waits with this question.' });
}

async function findRuns(client: BrowserbaseClient, query: FindQuery, call: Call): Promise<Found[]> {
  const found: Found[] = [];
  const filter = { startAt: query.since, agentId: query.agentId, limit: 100 };
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { runs, nextCursor } = await client.runs.list({ ...filter, cursor }, call);
    for (const run of runs.filter((one) => carriesMark(one, query.mark))) {
      const live = !isTerminal(stateOf(states, run.status));
      const { runId: id, createdAt, status: providerStatus } = run;
      found.push({ kind: 'run', id, mark: query.mark, live, createdAt, providerStatus });
    }
    if (nextCursor === undefined || nextCursor === cursor) break;
    cursor = nextCursor;
  }
  return found;
}
