import { endpointFlags } from '../../core/endpoints.js';
import { PerdureError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import type { ProviderQuestion } from '../../core/question.js';
import { unless } from '../border.js';
import type { Call, EndpointDriver } from '../provider.js';
import type { BrowserbaseClient } from './client.js';
import { createLastMessageReader } from './last-message.js';
import { carriesMark, withMark } from './mark.js';
import { findRuns, listMarkedRuns } from './marked-runs.js';
import { answerText, questionOf, toMessage } from './messages.js';
import { stateOfRun } from './run-states.js';
import { RunStatus } from './run-status.js';
import type { ResumeBody } from './schemas.js';

const endpoint = 'browserbase.agentRun';

/** Agent runs at Browserbase, each in a session of its own. */
export function createAgentRunDriver(client: BrowserbaseClient): EndpointDriver<typeof endpoint> {
  const lastMessage = createLastMessageReader(client);
  const questionIn = async (runId: string, call: Call) => questionOf(await lastMessage(runId, call));
  const runs = new RunStatus(client, questionIn);
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
    status: (handle, call) => runs.one(handle, call),
    statusMany: (handles, call, terms) => runs.many(handles, call, terms),
    read: (handle, call, terms) => runs.read(handle, call, terms),
    messages: async ({ runId }, cursor, call) => {
      if (runId === undefined) return { messages: [], cursor };
      const { messages, nextSince } = await client.runs.messages(runId, cursor, call);
      return { messages: messages.map(toMessage), cursor: nextSince ?? cursor };
    },
    stop: async ({ runId }, call) => {
      if (runId === undefined) return true;
      const asked = client.runs.stop(runId, call).then(() => true);
      return (await unless(['task-not-found'], unlessEnded(asked))) === true;
    },
    pendingQuestion: async ({ runId }, call) => {
      if (runId === undefined) return undefined;
      const run = await unless(['task-not-found'], client.runs.get(runId, call));
      return run && stateOfRun(run) === 'waiting' ? questionIn(runId, call) : undefined;
    },
    answer: async ({ runId }, question, answer, call) => {
      if (runId === undefined) throw noLongerOpen();
      requireOpen(question, await questionIn(runId, call));
      await call.beforeSend?.();
      await client.runs.resume(runId, call.secret ? secretly(answer) : { task: answerText(answer) }, call);
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

/**
 * The run's messages keep the task; secrets go by variables, which the agent reads by name.
 * Source: https://docs.browserbase.com/reference/api/resume-a-run
 */
function secretly(answer: Json): ResumeBody {
  const name = 'perdure_answer';
  return { task: `%${name}%`, variables: { [name]: { value: answerText(answer) } } };
}

/** What can't be stopped or released any more has ended. */
async function unlessEnded(asked: Promise<boolean>): Promise<boolean> {
  return (await unless(['provider-conflict'], asked)) ?? true;
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
