import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { isMarked } from '../src/core/builders.js';
import { isErrorCode, isPerdureError, PerdureError, provesRefusal } from '../src/core/errors.js';
import type { ProviderHandle } from '../src/core/run.js';
import type {
  Accepted,
  Call,
  EndpointDriver,
  OpenedSession,
  SessionRequest,
  StartRequest,
} from '../src/providers/provider.js';
import { Redactor } from '../src/secrets/redaction.js';
import { resolveSecrets } from '../src/secrets/resolver.js';
import { enrolmentOf } from '../src/core/watch.js';
import { limitsStarts } from '../src/core/admission.js';
import type { ActivityDependencies } from './dependencies.js';
import type { AccountHealth } from './account-health.js';
import type { LimitBook } from './limit-book.js';
import { enrol, requestSlot, returnSlot } from './doors.js';
import { withHeartbeats } from './heartbeats.js';
import { judgeMasked } from './masking.js';
import { tellsOfEnds } from './notify.js';
import { until } from './retry.js';
import {
  type Draft,
  failedStart,
  type Queued,
  type StartReport,
  type StartTask,
  unknownStart,
} from './start-report.js';
import { placeWithin, type WatchSpread } from './watch-spread.js';

/** How the start is sent. */
interface Sending {
  call: Call;
  /** What comes between the open session and the start. */
  announce?: (handle: ProviderHandle) => Promise<void>;
}

interface Launch {
  driver: EndpointDriver;
  request: StartRequest;
}

/** Opens the run's session where it needs one, sends the start once, and says what became of it. */
export function startRun(
  dependencies: ActivityDependencies,
  limits: LimitBook,
  health: AccountHealth,
): (task: StartTask) => Promise<StartReport | Queued> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      const { client } = Context.current();
      const report = await admitted(limits, task, async () => {
        const watcher = task.watcher && (await placeWithin(limits, client, task.watcher));
        return launchRun(dependencies, { ...task, watcher }, { call: { timeoutMs: task.timings.startRequest } });
      });
      if (report.kind === 'refused' && isErrorCode(report.error.code))
        health.noteStart(task.account, report.error.code);
      if (report.kind === 'accepted') health.noteStart(task.account, undefined);
      return report.kind === 'refused' ? { ...report, ...tellsOfEnds(dependencies) } : report;
    });
}

/** Asks the account for leave where it has limits; says whether it was asked. */
export function askSlot(limits: LimitBook): (slot: StartTask['slot']) => Promise<boolean> {
  return async ({ place, request }) => {
    const { client } = Context.current();
    if (!limitsStarts(await limits.of(client, place.account))) return false;
    await requestSlot(client, place, request, await limits.configuredFor(place.account));
    return true;
  };
}

/** Sends a start only with the account's leave, where that has limits; otherwise it asks for it. */
export async function admitted(
  limits: LimitBook,
  task: StartTask,
  launch: () => Promise<StartReport>,
): Promise<StartReport | Queued> {
  if (!task.granted && (await askSlot(limits)(task.slot))) return { kind: 'queued' };
  const report = await launch();
  if (task.granted && report.kind === 'refused') await giveBack(task, report);
  return report;
}

/** A run that was refused queues again before it tries again. */
async function giveBack({ slot }: StartTask, { error, retryAfterMs }: Extract<StartReport, { kind: 'refused' }>) {
  const { id, generation } = slot.request;
  const quietMs = error.code === 'rate-limited' ? retryAfterMs : undefined;
  const told = returnSlot(Context.current().client, slot.place, { id, generation, quietMs }).catch(() => undefined);
  await Promise.race([told, sleep(mostEnrolling, undefined, { ref: false })]);
}

/** Starts a run; every error becomes a report. */
export async function launchRun(
  dependencies: ActivityDependencies,
  task: StartTask,
  { call, announce }: Sending,
): Promise<StartReport> {
  const draft = newDraft(task);
  const { runId: execution } = Context.current().info.workflowExecution ?? {};
  if (execution !== task.firstExecution && execution !== task.lookedIn) {
    return {
      ...unknownStart('the workflow was reset, and may have started it before, once or more often.', draft),
      reset: execution,
    };
  }
  const sendNotAfter = Math.min(task.sendNotAfter, Date.now() + task.timings.sendWindow);
  try {
    // A session opened after the window would be one that nobody waits for.
    assertInTime(sendNotAfter);
    const launch = await prepare(dependencies, task, draft);
    await announce?.(draft.handle);
    assertInTime(sendNotAfter);
    const sentAt = Date.now();
    draft.sent = true;
    const accepted = await launch.driver.start(launch.request, { ...call, notAfter: sendNotAfter });
    return await acceptedStart(launch.driver, task, { draft, accepted, sentAt, spread: dependencies.spread });
  } catch (error) {
    return failedStart(error, draft);
  }
}

function newDraft({ agent, handle }: StartTask): Draft {
  const notes = Object.keys(agent.input.extra ?? {}).map((name) => `The field '${name}' was sent unchecked.`);
  if ('session' in agent.input && agent.input.session === 'provider') {
    notes.push('The provider opened its own session: no fence, and no question can be seen.');
  }
  return { handle: { ...handle }, notes, sent: false, redactor: new Redactor([]) };
}

/** Resolves the secrets and opens the session; nothing that has an effect is sent. */
async function prepare(dependencies: ActivityDependencies, task: StartTask, draft: Draft): Promise<Launch> {
  const provider = await dependencies.provider(task.account);
  const driver = provider.driver(task.agent.endpoint);
  const { value: input, redactor } = await resolveSecrets(task.agent.input, dependencies.secrets, task.timings.request);
  draft.redactor = redactor;
  const { mark, asks } = draft.handle;
  if (draft.handle.ownsSession && driver.openSession) {
    const call = { timeoutMs: task.timings.request, signal: Context.current().cancellationSignal };
    const session = await openSession(driver, { input, mark, lastsMs: task.lastsMs, asks }, call);
    noteSession(session, draft);
    keepLiveView(dependencies, session, draft);
  }
  return { driver, request: { input, ...(isMarked(task.agent) && { mark }), sessionId: draft.handle.sessionId } };
}

async function openSession(driver: EndpointDriver, request: SessionRequest, call: Call): Promise<OpenedSession> {
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

/** Anchor tells the live view's URL only once, and whoever has it can act in the browser: it is kept sealed. */
function keepLiveView({ seal }: ActivityDependencies, { liveViewUrl }: OpenedSession, { handle, notes }: Draft): void {
  if (liveViewUrl === undefined) return;
  try {
    handle.liveView = seal(liveViewUrl, handle.mark);
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    notes.push(`The live view's address was not kept: ${error.message}`);
  }
}

function assertInTime(sendNotAfter: number): void {
  if (Date.now() <= sendNotAfter) return;
  throw new PerdureError({
    code: 'start-expired',
    message: 'The worker came to the start after its window had passed.',
    hint: 'It is tried again. If it goes on: more workers, or more slots for them, or a longer timings.sendWindow.',
  });
}

interface Acceptance {
  draft: Draft;
  accepted: Accepted;
  sentAt: number;
  spread: WatchSpread;
}

async function acceptedStart(driver: EndpointDriver, task: StartTask, acceptance: Acceptance): Promise<StartReport> {
  const { draft, accepted, sentAt } = acceptance;
  const { ending, markEchoed, runId, taskId, sessionId = draft.handle.sessionId } = accepted;
  const handle = { ...draft.handle, runId, taskId, sessionId };
  const { notes, redactor } = draft;
  const providerStatus = redactor.text(accepted.providerStatus);
  if (!markEchoed && isMarked(task.agent)) {
    notes.push('The provider did not echo the mark: this run could not be found again.');
  }
  if (ending) return { kind: 'ended', handle, notes, verdict: judgeMasked(ending, task.result, redactor) };
  const goesOn = async (known: ProviderHandle): Promise<StartReport> => {
    const watched = await enrolled(task, known, acceptance.spread);
    return { kind: 'accepted', handle: known, notes, providerStatus, ...watched };
  };
  if (runId !== undefined || !driver.recoverRunId) return goesOn(handle);
  const found = await recoverRunId(driver, task, { handle, sentAt });
  if (found === undefined)
    return unknownStart('it was accepted without an id, and can not be told from others.', { handle, notes });
  notes.push('The provider gave no id; the only run that it started since then was taken.');
  return goesOn({ ...handle, runId: found });
}

/** Whether the run's watcher was told in time; where it was not, the run tells it itself. */
async function enrolled(
  { watcher, agent, timings }: StartTask,
  handle: ProviderHandle,
  spread: WatchSpread,
): Promise<{ enrolled: boolean; shard?: number }> {
  if (!watcher) return { enrolled: false };
  const { client, info } = Context.current();
  const { workflowId: id = '' } = info.workflowExecution ?? {};
  const run = enrolmentOf({ id, agent, handle, timings, startedAt: Date.now() });
  const place = spread.placeOf(id, watcher);
  const told = enrol(client, { watcher: place, run }).then(
    () => true,
    () => false,
  );
  // It may be told still, so the run keeps to this watcher.
  const { shard } = place;
  return { enrolled: await Promise.race([told, sleep(mostEnrolling, false, { ref: false })]), shard };
}

const mostEnrolling = 5_000;

const clockSkew = 5_000;

function recoverRunId(
  driver: EndpointDriver,
  { timings }: StartTask,
  { handle, sentAt }: { handle: ProviderHandle; sentAt: number },
): Promise<string | undefined> {
  const since = new Date(sentAt - clockSkew).toISOString();
  const patience = { backoff: timings.backoff, until: Date.now() + timings.request };
  const call = { timeoutMs: timings.request, signal: Context.current().cancellationSignal };
  const search = until(
    patience,
    async () => driver.recoverRunId?.(handle, since, call),
    (id) => id !== undefined,
  );
  // The start was accepted: what the provider says to the search must not be taken for a refusal.
  return search.catch(() => undefined);
}
