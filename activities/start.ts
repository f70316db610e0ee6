import { Context } from '@temporalio/activity';
import type { AgentSpec } from '../src/core/builders.js';
import { isPerdureError, PerdureError, provesRefusal } from '../src/core/errors.js';
import type { OutcomeError, ProviderHandle } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import type { Accepted, Call, EndpointDriver, OpenedSession, StartRequest } from '../src/providers/provider.js';
import { resolveSecrets } from '../src/secrets/resolver.js';
import type { ActivityDependencies } from './dependencies.js';
import { toOutcomeError } from './failure.js';
import { withHeartbeats } from './heartbeats.js';

/** One start that is to be sent at most once. */
export interface StartTask {
  account: string;
  agent: AgentSpec;
  /** What is known before the start: generation, mark, and the session of the caller's. */
  handle: ProviderHandle;
  /** Milliseconds that the run may still last, which its session has to outlive. */
  lastsMs: number;
  /** Epoch milliseconds after which nothing may be sent any more. */
  sendNotAfter: number;
  timings: Timings;
}

/** What became of a start. */
export type StartReport =
  | { kind: 'accepted'; handle: ProviderHandle; providerStatus: string; notes: string[] }
  | {
      kind: 'refused';
      handle: ProviderHandle;
      error: OutcomeError;
      retryAfterMs?: number;
      again: boolean;
      notes: string[];
    }
  | { kind: 'unknown'; handle: ProviderHandle; error: OutcomeError; notes: string[] };

/** A start in the making: what is known so far. */
export interface Launch {
  driver: EndpointDriver;
  request: StartRequest;
  handle: ProviderHandle;
  notes: string[];
  /** Whether the request may have left. */
  sent: boolean;
}

/** Opens the run's session where it needs one, sends the start once, and says what became of it. */
export function startRun(dependencies: ActivityDependencies): (task: StartTask) => Promise<StartReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      const launch = newLaunch(task);
      try {
        const ready = await prepare(dependencies, task, launch);
        const accepted = await send(ready, task, { timeoutMs: task.timings.startRequest });
        return {
          kind: 'accepted',
          handle: acceptedHandle(ready.handle, accepted),
          providerStatus: accepted.providerStatus,
          notes: [...ready.notes, ...notesOf(accepted, task)],
        };
      } catch (error) {
        return failedStart(error, launch);
      }
    });
}

type Draft = Pick<Launch, 'handle' | 'notes' | 'sent'>;

/** What is known of a start before anything was sent. */
export function newLaunch({ agent, handle }: StartTask): Draft {
  const notes = Object.keys(agent.input.extra ?? {}).map((name) => `The field '${name}' was sent unchecked.`);
  if ('session' in agent.input && agent.input.session === 'provider') {
    notes.push('The provider opened its own session: no fence, and no question can be seen.');
  }
  return { handle: { ...handle }, notes, sent: false };
}

/** Resolves the secrets and opens the session; nothing that has an effect is sent. */
export async function prepare(dependencies: ActivityDependencies, task: StartTask, draft: Draft): Promise<Launch> {
  const provider = await dependencies.provider(task.account);
  const driver = provider.driver(task.agent.endpoint);
  const input = await resolveSecrets(task.agent.input, dependencies.secrets);
  if (draft.handle.ownsSession && driver.openSession) {
    const request = { input, mark: task.handle.mark, lastsMs: task.lastsMs };
    const call = { timeoutMs: task.timings.request, signal: Context.current().cancellationSignal };
    noteSession(await openSession(driver, request, call), draft);
  }
  const marked = !('mark' in task.agent.input && task.agent.input.mark === 'off');
  const request = { input, ...(marked && { mark: task.handle.mark }), sessionId: draft.handle.sessionId };
  return Object.assign(draft, { driver, request });
}

async function openSession(
  driver: EndpointDriver,
  request: Parameters<NonNullable<EndpointDriver['openSession']>>[0],
  call: Call,
): Promise<OpenedSession> {
  if (!driver.openSession)
    throw new PerdureError({ code: 'internal', message: `${driver.endpoint} opens no session.` });
  try {
    return await driver.openSession(request, call);
  } catch (error) {
    if (!isPerdureError(error) || provesRefusal(error.code)) throw error;
    // Nothing was started yet: a session that was opened all the same carries the mark and is found by the next try.
    throw new PerdureError({
      code: 'provider-unreachable',
      message: `No session could be opened: ${error.message}`,
      hint: error.hint,
      retryAfterMs: error.retryAfterMs,
      cause: error,
    });
  }
}

function noteSession(session: OpenedSession, { handle, notes }: Draft): void {
  handle.sessionId = session.sessionId;
  if (session.found) notes.push('The session was found again by its mark.');
  if (!session.markEchoed) notes.push('The provider did not echo the mark: this session could not be found again.');
}

/** Sends the start, unless its window has passed. */
export async function send(launch: Launch, task: StartTask, call: Call): Promise<Accepted> {
  if (Date.now() > task.sendNotAfter) {
    throw new PerdureError({
      code: 'start-expired',
      message: 'The worker came to the start after its window had passed.',
    });
  }
  launch.sent = true;
  return launch.driver.start(launch.request, call);
}

/** The handle with what the provider's acceptance adds to it. */
export function acceptedHandle(handle: ProviderHandle, accepted: Accepted): ProviderHandle {
  const { runId, taskId, sessionId = handle.sessionId } = accepted;
  return { ...handle, runId, taskId, sessionId };
}

function notesOf(accepted: Accepted, task: StartTask): string[] {
  const unmarked = 'mark' in task.agent.input && task.agent.input.mark === 'off';
  return accepted.markEchoed || unmarked
    ? []
    : ['The provider did not echo the mark: this run could not be found again.'];
}

/** What a failed start means: refused where the error proves it, unknown otherwise. */
export function failedStart(error: unknown, { handle, notes, sent }: Draft): StartReport {
  const outcomeError = toOutcomeError(error);
  const known = isPerdureError(error) ? error : undefined;
  if (!sent || (known && provesRefusal(known.code))) {
    const again = known !== undefined && (known.retryable || known.code === 'start-expired');
    return { kind: 'refused', handle, error: outcomeError, retryAfterMs: known?.retryAfterMs, again, notes };
  }
  const lost: OutcomeError = {
    code: 'start-unknown',
    message: `Whether the provider started the run is not known: ${outcomeError.message}`,
    hint: 'Look for the run at the provider before you start it again under another key.',
  };
  return { kind: 'unknown', handle, error: lost, notes };
}
