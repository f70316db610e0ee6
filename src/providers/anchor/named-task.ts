import { endpointFlags } from '../../core/endpoints.js';
import type { NamedTaskInput } from '../../core/anchor-input.js';
import type { ProviderHandle } from '../../core/run.js';
import type { Resolved } from '../../core/secret.js';
import { stateOf, unless } from '../border.js';
import type { Accepted, Call, EndpointDriver, Ending, StartRequest } from '../provider.js';
import type { NamedTaskBody } from './bodies.js';
import type { AnchorClient } from './client.js';
import { findExecution } from './execution-search.js';
import { configOf } from './own-session.js';
import { parseOutput } from './result.js';
import type { LegacyExecution, LegacyTaskStarted } from './run-schemas.js';
import { statusOfMany } from './run-status.js';
import { createSessionDriver, openOwnSession, readingOfSession, withQuestion } from './session-driver.js';
import { taskStates } from './task.js';

const endpoint = 'anchor.namedTask';

/** Legacy tasks by name, followed by task id and execution id. */
export function createNamedTaskDriver(client: AnchorClient): EndpointDriver<typeof endpoint> {
  const look = async (handle: ProviderHandle, call: Call): Promise<Ending> => {
    const { runId, taskId, sessionId } = handle;
    if (runId === undefined || taskId === undefined) return { reading: await readingOfSession(client, handle, call) };
    const execution = await unless(['task-not-found'], client.legacyTasks.execution(taskId, runId, call));
    return execution ? endingOf(execution, sessionId) : { reading: { state: 'gone', providerStatus: 'not found' } };
  };
  return {
    ...createSessionDriver(client),
    endpoint,
    flags: endpointFlags[endpoint],
    openSession: ({ input, ...request }, call) => openOwnSession(client, sessionOf(input), request, call),
    start: async (request, call) => {
      const sessionId = request.sessionId ?? request.input.sessionId;
      const started = await client.legacyTasks.runByName(request.input.taskName, bodyOf(request, sessionId), call);
      return acceptedOf(started, sessionId);
    },
    recoverRunId: async ({ taskId }, since, call) =>
      taskId === undefined ? undefined : findExecution(client.legacyTasks, { taskId, since }, call),
    status: async (handle, call) => withQuestion(client, { reading: (await look(handle, call)).reading, handle }, call),
    statusMany: (handles, call, terms) =>
      statusOfMany({ client, handles, look: async (handle) => (await look(handle, call)).reading }, call, terms),
    read: look,
  };
}

/** What the caller says of the session for one execution is said of the session that Perdure opens for it. */
function sessionOf({ session, overrideBrowserConfiguration }: Resolved<NamedTaskInput>) {
  return { ...configOf(session), ...overrideBrowserConfiguration };
}

function bodyOf({ input, mark }: StartRequest<typeof endpoint>, sessionId: string | undefined): NamedTaskBody {
  const { taskName: _name, sessionId: own, session, overrideBrowserConfiguration: override, extra, ...fields } = input;
  const ours = sessionId !== undefined && own === undefined;
  const marked =
    session === 'provider' && mark !== undefined ? { ...override, tags: [...(override?.tags ?? []), mark] } : override;
  return {
    ...fields,
    ...(marked === undefined || ours ? {} : { overrideBrowserConfiguration: marked }),
    ...extra,
    ...(sessionId === undefined ? {} : { sessionId, cleanupSessions: false }),
    async: true,
  };
}

function acceptedOf(started: LegacyTaskStarted, sessionId: string | undefined): Accepted {
  const { taskId, executionId: runId, success, async, error } = started;
  const accepted = { runId, taskId, sessionId, markEchoed: true };
  if (success && async) return { ...accepted, providerStatus: 'queued' };
  const status = success ? 'success' : 'failure';
  const reading = { state: stateOf(taskStates, status), providerStatus: status, sessionId, error };
  return { ...accepted, providerStatus: status, ending: { reading, ...parseOutput(started.output), runId, sessionId } };
}

function endingOf({ id: runId, status, result, error }: LegacyExecution, sessionId: string | undefined): Ending {
  const reading = { state: stateOf(taskStates, status), providerStatus: status, sessionId, error };
  return { reading, ...parseOutput(result), runId, sessionId };
}
