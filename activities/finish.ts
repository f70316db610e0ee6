import { Context } from '@temporalio/activity';
import type { EndpointName } from '../src/core/endpoints.js';
import { isPerdureError } from '../src/core/errors.js';
import { isTerminal } from '../src/core/reading.js';
import type { Cleanup, ProviderHandle, Usage } from '../src/core/run.js';
import type { Timings } from '../src/core/timings.js';
import type { Call, Ending, EndpointDriver } from '../src/providers/provider.js';
import type { Redactor } from '../src/secrets/redaction.js';
import { redactorFor } from '../src/secrets/resolver.js';
import type { ActivityDependencies } from './dependencies.js';
import { leave, type LeaveTask } from './enrol.js';
import { toFailure, toOutcomeError } from './failure.js';
import { withHeartbeats } from './heartbeats.js';
import { stopLate } from './late-runs.js';
import { judgeMasked, maskError } from './masking.js';
import { releaseSessions } from './release.js';
import { tellsOfEnds } from './notify.js';
import type { ResultTerms, Verdict } from './result.js';
import { pauseAfter, type Patience, patiently, until } from './retry.js';
import type { LateRun } from './stop-found.js';
import { Stopping } from './stopping.js';

/** A run that has ended or is to be ended. */
export interface FinishTask {
  account: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  /** What is known of the run at the provider: `none` when there is nothing more to read of it. */
  run: 'accepted' | 'unknown' | 'none';
  /** Whether the run is to be stopped first, if it has not ended by itself. */
  stop: boolean;
  /** Whether it may have more sessions than the known one, so that they have to be looked for. */
  search: boolean;
  /** Marks under which a run may have started that nobody follows. */
  lateMarks: string[];
  /** Whether the start may still be sent by a worker that was lost: nobody has waited until it can't. */
  unsettled: boolean;
  /** Who needs not be told any more that it lives. */
  leave: LeaveTask;
  /** Names of the secrets that were sent with the start, and may show in what the provider answers. */
  secrets: string[];
  result: ResultTerms;
  /** ISO 8601; nothing of this run is older. */
  startedAt: string;
  timings: Timings;
}

/** What could be read and ended. */
export interface FinishReport {
  /** Absent where there was nothing to read. */
  verdict?: Verdict;
  cleanup: Cleanup;
  usage: Usage;
  /** Runs of lost starts that showed after all, and were stopped. */
  late: LateRun[];
  /** What a reader of the outcome should know. */
  notes: string[];
  runId?: string;
  sessionId?: string;
  /** Whether this worker has a channel that is told of the ends of runs. */
  tells?: true;
}

/** Stops the run where asked to, reads and checks its result, and ends its session. Safe to repeat. */
export function finishRun(dependencies: ActivityDependencies): (task: FinishTask) => Promise<FinishReport> {
  return (task) =>
    withHeartbeats(task.timings.heartbeat, async () => {
      const driver = await findDriver(dependencies, task);
      const patience = { backoff: task.timings.backoff, until: Date.now() + task.timings.release * 0.9 };
      const halfway = { ...patience, until: Date.now() + task.timings.release * 0.45 };
      const ending = await endRun(driver, task, halfway);
      const { sessionId = task.handle.sessionId, runId = task.handle.runId } = ending.ending ?? {};
      const [released, { redactor, missing }] = await Promise.all([
        releaseSessions(driver, { ...task, handle: { ...task.handle, sessionId } }, patience),
        findSecrets(dependencies, task, halfway),
      ]);
      const late = await endLateRuns(driver, task);
      await leave(task.leave);
      const left = [...new Set([...ending.left, ...released.left].filter((each) => !isEnded(each, late)))];
      for (const run of late) if (!run.ended) left.push(`run:${run.runId}`);
      return {
        verdict: verdictOf(ending, task, redactor),
        cleanup: { confirmed: left.length === 0, left },
        usage: released.usage,
        late,
        notes: missing.map(withheldFor),
        runId,
        sessionId,
        ...tellsOfEnds(dependencies),
      };
    });
}

/** A worker that does not have the account or its key must not be the last word: another may, or this one later. */
async function findDriver(dependencies: ActivityDependencies, { account, endpoint, timings }: FinishTask) {
  try {
    return (await dependencies.provider(account)).driver(endpoint);
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    const { attempt } = Context.current().info;
    throw toFailure(error, Math.min(pauseAfter(error, timings.backoff, attempt), timings.release / 4), true);
  }
}

/** What masks the run's secrets, where there is an answer to be read: a place of secrets that is away may come back. */
function findSecrets(
  { secrets }: ActivityDependencies,
  { run, secrets: names, timings }: FinishTask,
  patience: Patience,
): ReturnType<typeof redactorFor> {
  const look = () => redactorFor(run === 'accepted' ? names : [], secrets, timings.request);
  return until(patience, look, ({ missing }) => missing.length === 0);
}

function withheldFor(name: string): string {
  return `The secret '${name}' did not resolve at the end: it could not be masked in what the provider answered, which was withheld.`;
}

/** Looks once more for runs that nobody follows; longer, where the run is stopped before that was settled. */
function endLateRuns(
  driver: EndpointDriver,
  { lateMarks: marks, run, stop, startedAt, timings }: FinishTask,
): Promise<LateRun[]> {
  const forMs = run === 'unknown' && stop ? Math.min(timings.settle, timings.release / 4) : 0;
  return stopLate(driver, { marks, since: startedAt, forMs, timings });
}

function isEnded(left: string, late: LateRun[]): boolean {
  return late.some(({ mark, ended }) => ended && left === `run:${mark}`);
}

interface EndedRun {
  ending?: Ending;
  /** Why nothing could be read. */
  problem?: unknown;
  left: string[];
}

async function endRun(driver: EndpointDriver, task: FinishTask, patience: Patience): Promise<EndedRun> {
  if (task.run !== 'accepted') return { left: task.run === 'unknown' ? leftRun(driver, task, false) : [] };
  const call = { timeoutMs: task.timings.request, signal: Context.current().cancellationSignal };
  try {
    const { ending, ended } = await (task.stop ? stopRun : readRun)(driver, task, { patience, call });
    return { ending, left: leftRun(driver, task, ended) };
  } catch (problem) {
    return { problem, left: task.stop ? leftRun(driver, task, false) : [] };
  }
}

function verdictOf({ ending, problem }: EndedRun, { result }: FinishTask, redactor: Redactor): Verdict | undefined {
  if (ending) return judgeMasked(ending, result, redactor);
  if (problem === undefined) return undefined;
  const { code, message, hint } = maskError(toOutcomeError(problem), redactor);
  return {
    status: 'unknown',
    providerStatus: 'unread',
    error: {
      code: code === 'response-too-large' ? 'result-too-large' : 'result-unreadable',
      message: `The result could not be read: ${message}`,
      hint: hint ?? 'Look at the run at its provider; once it can be read: npx perdure adopt <key> <runId>',
    },
  };
}

interface LastLook {
  ending: Ending;
  /** Whether the run is seen to have ended. */
  ended: boolean;
}

/** Milliseconds: the watcher of this worker may have read the end a moment ago. */
const justSeen = 10_000;

interface Looking {
  patience: Patience;
  call: Call;
}

async function readRun(driver: EndpointDriver, task: FinishTask, { patience, call }: Looking): Promise<LastLook> {
  const hasEnded = endSeen(task.timings.notFoundGrace);
  // The end was seen before: a look that takes it back may be a stale one.
  const ending = await until(patience, () => driver.read(task.handle, call, { freshMs: justSeen }), hasEnded);
  return { ending, ended: hasEnded(ending) };
}

async function stopRun(driver: EndpointDriver, task: FinishTask, { patience, call }: Looking): Promise<LastLook> {
  const { handle, timings } = task;
  // One look, so that the result of a run that has just ended is kept; a provider that can't be read is told to stop.
  const first = await unlessFailed(driver.read(handle, call));
  if (first && first.reading.state !== 'gone' && isTerminal(first.reading.state)) return { ending: first, ended: true };
  const stopping = new Stopping(driver, handle, { call, backoff: timings.backoff });
  await patiently(patience, () => stopping.ask());
  // What ending a session does to the run inside it is not documented, so it is not waited for as long.
  const patient =
    driver.flags.canStop === 'run' ? patience : { ...patience, until: Date.now() + timings.backoff.max / 3 };
  const hasEnded = endSeen(endsWithSession(driver, handle) ? 0 : timings.notFoundGrace);
  // A look that gets no answer is no look: it is repeated for longer than one that shows the run alive.
  const look = () => patiently(patience, () => stopping.look());
  const ending = await until(patient, look, hasEnded);
  return { ending, ended: hasEnded(ending) };
}

/** Tells of one look after another whether the run has ended; one that is not found has, once that lasts so long. */
function endSeen(graceMs: number): (ending: Ending) => boolean {
  let goneSince: number | undefined;
  return ({ reading: { state } }) => {
    goneSince = state === 'gone' ? (goneSince ?? Date.now()) : undefined;
    return goneSince === undefined ? isTerminal(state) : Date.now() - goneSince >= graceMs;
  };
}

async function unlessFailed<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return undefined;
  }
}

function leftRun(driver: EndpointDriver, { handle }: FinishTask, ended: boolean): string[] {
  return ended || endsWithSession(driver, handle) ? [] : [`run:${handle.runId ?? handle.mark}`];
}

/** Whether the run ends with a session of ours, which is reported by itself. */
function endsWithSession({ flags }: EndpointDriver, { ownsSession }: ProviderHandle): boolean {
  return flags.canStop === 'session' && ownsSession;
}
