import {
  CancellationScope,
  CancelledFailure,
  isCancellation,
  sleep,
  TemporalFailure,
  ApplicationFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { jsonLength } from '../src/core/batch.js';
import type { AgentSpec } from '../src/core/builders.js';
import { parseDuration } from '../src/core/duration.js';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { Json } from '../src/core/json.js';
import { parseMoment } from '../src/core/moment.js';
import { type PlanApproval, type PlanPiece, type PlanStep, type PlanStepStatus, targetsOf } from '../src/core/plan.js';
import { fillIn, type PlanScope } from '../src/core/plan-reference.js';
import { questionId } from '../src/core/question.js';
import type { OutcomeError } from '../src/core/run.js';
import { mostAgentBytes, type Target } from '../src/core/run-terms.js';
import { askPerson } from './ask-person.js';
import type { Growth, PlanRoom } from './plan-room.js';
import { runAgentOutcome } from './run-agent.js';

/** A step of a plan, or the step for one of its items. */
export interface Piece {
  step: PlanStep;
  /** Its own, of which the keys of runs and questions are made. */
  name: string;
  /** Where the step stands in the document, for messages. */
  place: string;
  scope: PlanScope;
  scale: number;
  room: PlanRoom;
  /** What it makes is told here before it is waited for. */
  report: PlanPiece;
  /** Told when it begins to wait for a person, and when it no longer does. */
  waits(waiting: boolean): void;
}

/** What a piece came to. */
export interface Done {
  status: Extract<PlanStepStatus, 'completed' | 'failed' | 'cancelled' | 'timed-out' | 'unknown'>;
  result?: Json;
  error?: OutcomeError;
}

/** Does a step, whatever it comes to; only a cancel of the plan is thrown. */
export async function doPiece(piece: Piece): Promise<Done> {
  try {
    if (piece.step.agent) return await run(piece);
    if (piece.step.approval) return await ask(piece, piece.step.approval);
    return await wait(piece);
  } catch (error) {
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    return failed(piece, error);
  }
}

async function run({ step, name, place, scope, room, report }: Piece): Promise<Done> {
  const { result, effect, onUnknownStart, deadline, failOverAfter, resultBytes, questions, priority, reserve } = step;
  const several = Array.isArray(step.agent);
  const targets = targetsOf(step).map(({ endpoint, input, account }, nth): Target => {
    const path = `${place}.agent${several ? `[${nth}]` : ''}.input`;
    const filled = fillIn(input, scope, path);
    const bytes = jsonLength(filled);
    if (bytes > mostAgentBytes) {
      const most = `at most ${mostAgentBytes} are taken; name less of the results`;
      throw misfit(`${path}: with what its references name it has ${bytes} bytes as JSON, and ${most}.`);
    }
    // Checked by the worker before anything is started.
    const agent = { endpoint, input: filled } as unknown as AgentSpec;
    return { agent, ...(account !== undefined && { account }) };
  });
  report.run = `${workflowInfo().workflowId}/${name}`;
  const outcome = await room.with(place, growthOf(step, targets), () =>
    runAgentOutcome({
      name,
      targets,
      ...(result && { result }),
      ...(effect && { effect }),
      ...(onUnknownStart && { onUnknownStart }),
      ...(deadline !== undefined && { deadline }),
      ...(failOverAfter !== undefined && { failOverAfter }),
      ...(resultBytes !== undefined && { resultBytes }),
      ...(questions && { questions }),
      ...(priority && { priority }),
      ...(reserve && { reserve }),
    }),
  );
  report.run = outcome.key;
  if (outcome.failedOver) report.failedOver = outcome.failedOver;
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The plan was cancelled.', [outcome]);
  return { status: outcome.status, result: outcome.result, ...(outcome.error && { error: outcome.error }) };
}

/** As a run has it where nothing is said. */
const defaultResultBytes = 256 * 1024;

/** Its input stands in the history when it is checked, when that is answered, and when its run is started, with its schema. */
function growthOf({ result, resultBytes = defaultResultBytes }: PlanStep, targets: readonly Target[]): Growth {
  const inputs = targets.reduce((sum, { agent }) => sum + jsonLength(agent) + jsonLength(result) * 2, 0);
  return { runs: targets.length, bytes: inputs * 3 + resultBytes + 64 * 1024 };
}

async function ask({ name, place, scope, room, report, waits }: Piece, approval: PlanApproval): Promise<Done> {
  // The worker checks it before anybody is asked.
  const filled = fillIn(approval, scope, `${place}.approval`) as unknown as PlanApproval;
  report.question = questionId(workflowInfo().workflowId, name);
  waits(true);
  const verdict = await room
    .with(place, { runs: 1, bytes: jsonLength(filled) * 4 }, () => askPerson({ name, ...filled }))
    .finally(() => waits(false));
  const { approved, by, channel, answeredAt, expired } = verdict;
  const result = { approved, by: by ?? null, channel: channel ?? null, answeredAt: answeredAt ?? null, expired };
  if (approved) return { status: 'completed', result };
  const message = expired
    ? `Nobody approved '${filled.title}' before its deadline.`
    : `${by ?? 'Somebody'} refused '${filled.title}'.`;
  return { status: 'failed', result, error: { code: 'approval-refused', message } };
}

async function wait({ step, place, scope, scale }: Piece): Promise<Done> {
  const filled = fillIn(step.wait ?? 0, scope, `${place}.wait`);
  const ms = typeof filled === 'object' ? untilMoment(filled, place) : forSoLong(filled, place) * scale;
  if (ms > 0) await sleep(ms);
  return { status: 'completed' };
}

function forSoLong(filled: Json, place: string): number {
  const ms = typeof filled === 'string' || typeof filled === 'number' ? parseDuration(filled) : undefined;
  if (ms !== undefined) return ms;
  throw misfit(`${place}.wait: '${String(filled).slice(0, 60)}' is no duration such as '90s', '2h' or '3 days'.`);
}

function untilMoment(filled: Json, place: string): number {
  const until: unknown = typeof filled === 'object' && filled !== null ? Reflect.get(filled, 'until') : undefined;
  const at = typeof until === 'string' ? parseMoment(until) : undefined;
  if (at === undefined)
    throw misfit(`${place}.wait.until: '${String(until).slice(0, 60)}' is no time such as '2026-11-22T06:00:00Z'.`);
  return at - Date.now();
}

function misfit(message: string): PerdureError {
  return new PerdureError({ code: 'reference-invalid', message });
}

/** What is no failure of a step is one of the workflow's code, and not hidden. */
function failed({ step, place }: Piece, error: unknown): Done {
  if (isPerdureError(error)) return { status: 'failed', error: { code: error.code, message: error.message } };
  if (!(error instanceof TemporalFailure)) throw error;
  let cause: Error = error;
  while (cause instanceof TemporalFailure && cause.cause) cause = cause.cause;
  const message = `The step '${step.name}' (${place}): ${cause.message}`;
  if (cause instanceof ApplicationFailure) {
    return { status: 'failed', error: { code: cause.type ?? 'internal', message } };
  }
  return { status: 'unknown', error: { code: 'run-terminated', message } };
}
