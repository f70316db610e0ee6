import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { z } from 'zod';
import type { Limits } from '../core/admission.js';
import type { BatchReport } from '../core/batch.js';
import type { ClaimVerdict } from '../core/claim.js';
import type { Duration } from '../core/duration.js';
import { PerdureError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';
import { inputHashMemo, runWorkflowId } from '../core/names.js';
import type { AnswerVerdict, Question } from '../core/question.js';
import type { RunInput } from '../core/run.js';
import { clientStart } from '../core/run-start.js';
import type { RunTerms, Target } from '../core/run-terms.js';
import type { SweepReport } from '../core/sweep.js';
import { type AccountState, changeLimits, readAccount } from './accounts.js';
import { type AdoptOptions, adoptRun } from './adopt.js';
import {
  type AnswerOptions,
  type ClaimOptions,
  sendAnswer,
  sendClaim,
  sendSettlement,
  type SettleOptions,
  type Taken,
} from './answers.js';
import { translateError } from './connection.js';
import { type RunSummary, summaryOf } from './description.js';
import { listExecutions } from './listing.js';
import { PlanHandle } from './plan-handle.js';
import type { PlanOptions } from './plan-input.js';
import { type PlanFilter, planQuery, type PlanSummary, summaryOfPlan } from './plan-list.js';
import { type PlanSchedule, schedulePlan, startPlan, unschedulePlan } from './plans.js';
import { findQuestions, type QuestionFilter, readQuestion, type WaitingQuestions } from './questions.js';
import { type HandleContext, RunHandle } from './run-handle.js';
import { hashInput, newRunInput, type StartContext } from './run-input.js';
import { listQuery, type RunFilter } from './run-filter.js';
import { scheduleSweep, type SweepContext, type SweepOptions, sweepOnce, unscheduleSweep } from './sweep.js';
import { type BatchFilter, type BatchSummary, findBatch, listBatches } from './batch/batch-list.js';
import { BatchCalls } from './batch/calls.js';
import type { BatchHandle } from './batch/batch-handle.js';
import { openBatch } from './batch/open-batch.js';
import type { BatchOptions } from './batch/options.js';
import { sendTakeover, type TakeoverOptions } from './takeover.js';

/** What a run is started with. */
export interface StartOptions<T = Json> extends Target, RunTerms {
  /** The same key is the same run: 1 to 180 of `A-Za-z0-9._/:-`. */
  key: string;
  /** What the result has to be: a zod schema, or a JSON Schema. */
  result?: z.ZodType<T> | JsonObject;
}

/** What a client works with. */
export interface PerdureContext extends HandleContext, StartContext, SweepContext {
  close: () => Promise<void>;
}

/** The client: starts runs, finds them again, answers their questions. Made by `connect`. */
export class Perdure {
  /** @internal */
  constructor(private readonly context: PerdureContext) {}

  /** The Temporal client beneath. */
  get temporal(): Client {
    return this.context.client;
  }

  /**
   * Starts a run, or finds the one that this key was started with before.
   * @throws PerdureError `bad-input` naming each field that does not fit, before anything is started; `key-taken` when
   * the key's run was started with other input; `temporal-unreachable`; `search-attributes-missing`.
   */
  async start<T = Json>(options: StartOptions<T>): Promise<RunHandle<T>> {
    const { client } = this.context;
    const input = newRunInput(options, this.context);
    const hash = hashInput(input);
    try {
      await client.workflow.start<(input: RunInput) => Promise<unknown>>('agentRun', clientStart(input, hash));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw this.#translate(error);
      await this.#assertSameInput(input.key, hash);
    }
    return this.get(input.key, zodOf(options.result));
  }

  /** The handle of a run by its key; whether it exists shows when it is asked. */
  get<T = Json>(key: string, result?: z.ZodType<T>): RunHandle<T> {
    return new RunHandle(key, this.context, result);
  }

  /**
   * Many runs of one kind, so many at once: gives each item as it ends. The results file is the record: started again
   * with the same key and file, what is done is skipped, and what lives is taken up.
   * @throws PerdureError `bad-input` that names each item of a list or file that does not fit, before anything is started.
   */
  batch<I, T = Json>(options: BatchOptions<I, T>): Promise<BatchHandle<T>> {
    return openBatch(this.context, options);
  }

  /** How a batch stands that any process feeds, or how it went. Throws `batch-not-found`. */
  batchReport(key: string): Promise<BatchReport> {
    return new BatchCalls(this.context.client, key).report();
  }

  /** Has a batch start nothing more and stop what lives. Throws `batch-not-found`. */
  cancelBatch(key: string): Promise<void> {
    return new BatchCalls(this.context.client, key).cancel();
  }

  /** The runs that fit a filter, newest first. */
  async list(filter: RunFilter = {}): Promise<RunSummary[]> {
    return listExecutions(this.context.client, listQuery(filter), filter, summaryOf);
  }

  /** The batches that fit a filter, newest first; each key once, as it stands now. */
  listBatches(filter: BatchFilter = {}): Promise<BatchSummary[]> {
    return listBatches(this.context.client, filter);
  }

  /** One batch by its key, as `listBatches` tells of it. Throws `batch-not-found`. */
  findBatch(key: string): Promise<BatchSummary> {
    return findBatch(this.context.client, key);
  }

  /** The plans that fit a filter, newest first. */
  async listPlans(filter: PlanFilter = {}): Promise<PlanSummary[]> {
    return listExecutions(this.context.client, planQuery(filter), filter, summaryOfPlan);
  }

  /**
   * The questions of this deployment that wait for a person, those with the earliest deadline first: of runs and of
   * approvals alike. With `assignee` or `groups`, those that this person may answer. A workflow that does not answer in
   * time is left out, and told of through `onTrouble`: {@link waiting} says which.
   */
  async questions(filter: QuestionFilter = {}): Promise<Question[]> {
    return (await this.waiting(filter)).questions;
  }

  /** The same, with the workflows in `silent` that wait for a person and did not tell with what within four seconds. */
  waiting(filter: QuestionFilter = {}): Promise<WaitingQuestions> {
    return findQuestions(this.context, filter).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /**
   * A question by its id, whatever became of it. Needs a worker.
   * @throws PerdureError `question-not-found`, `temporal-unreachable`.
   */
  question(id: string): Promise<Question> {
    return readQuestion(this.context.client, id).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /**
   * Answers a question by its id; says whether the answer was taken, and if not, why; `pending` when no worker took it
   * within ten seconds and it was left for the next one, or when it came before its question.
   */
  answer(questionId: string, answer: Json, options: AnswerOptions): Promise<AnswerVerdict> {
    return sendAnswer(this.context.client, questionId, answer, options);
  }

  /**
   * Claims a question of an agent for somebody who gives its answer to the provider directly, past Temporal. It has to be
   * settled within 90 seconds; if not, the question is `unknown`, and nothing is sent again unasked.
   * @throws PerdureError `question-not-found`, `worker-missing`, `temporal-unreachable`.
   */
  claim(questionId: string, options: ClaimOptions): Promise<ClaimVerdict> {
    return sendClaim(this.context.client, questionId, options);
  }

  /** Tells what became of a claim. Throws as `claim` does. */
  settle(questionId: string, options: SettleOptions): Promise<Taken> {
    return sendSettlement(this.context.client, questionId, options);
  }

  /** Takes the browser of a run over, or gives it back: see {@link RunHandle.takeover}. */
  takeover(key: string, options: TakeoverOptions): Promise<Taken> {
    return sendTakeover(this.context.client, key, options);
  }

  /**
   * Takes a run that a person found at the provider for the one of a key whose start was lost. Where the key's run asks
   * about its start, this is the answer; where it ended `unknown`, it goes on under the same key: watched, checked and
   * cleaned up. A legacy execution is named `<task id>/<execution id>`.
   * @throws PerdureError `adopt-refused`, `run-not-found`, `temporal-unreachable`.
   */
  async adopt(key: string, runId: string, options: AdoptOptions): Promise<RunHandle> {
    const handle = this.get(key);
    try {
      await adoptRun(this.context.client, handle, runId, options);
    } catch (error) {
      throw this.#translate(error);
    }
    return handle;
  }

  /**
   * Looks for sessions and runs of this deployment that live at the providers though their workflow has ended, and ends
   * them where `end` says so. What has no mark, or another deployment's, is never touched. Needs a worker.
   * @throws PerdureError `bad-input`, `worker-missing`, `cluster-unknown` when the home belongs to another Temporal
   * namespace, `temporal-unreachable`.
   */
  sweep(options: SweepOptions = {}): Promise<SweepReport> {
    return sweepOnce(this.context, options).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /**
   * Has Temporal sweep every so often (at least a minute), whether or not this process lives; there is one schedule a
   * deployment, which is replaced. Gives the schedule's id. Throws as `sweep` does, but needs no worker yet.
   */
  scheduleSweep(every: Duration, options: SweepOptions = {}): Promise<string> {
    return scheduleSweep(this.context, every, options).catch((error: unknown) =>
      Promise.reject(this.#translate(error)),
    );
  }

  /** Ends that schedule; says whether there was one. */
  unscheduleSweep(): Promise<boolean> {
    return unscheduleSweep(this.context).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /**
   * Starts a plan, or finds the one that this key was started with before: see `docs/plans.md`.
   * @throws PerdureError `bad-input` with all that is wrong, each by its line and path in `problems`, before anything is
   * started; `key-taken` when the key's plan was started with another document or other inputs; `temporal-unreachable`.
   */
  startPlan(options: PlanOptions): Promise<PlanHandle> {
    return startPlan(this.context, options).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /** The handle of a plan by its key; whether it exists shows when it is asked. */
  getPlan(key: string): PlanHandle {
    return new PlanHandle(key, this.context);
  }

  /**
   * Has Temporal start a plan by a cron expression, whether or not this process lives; each start is a plan of its own,
   * whose key is this one and the time. A schedule of the same key is replaced. Gives the schedule's id. Throws as
   * `startPlan` does.
   */
  schedulePlan(options: PlanOptions & PlanSchedule): Promise<string> {
    return schedulePlan(this.context, options).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /** Ends the schedule of a key; says whether there was one. Plans that it has started go on. */
  unschedulePlan(key: string): Promise<boolean> {
    return unschedulePlan(this.context, key).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /**
   * How an account (`<provider>/<name>`) stands: its limits, who has its slots, who waits, and how its runs are watched.
   * @throws PerdureError `bad-input`, `temporal-unreachable`.
   */
  account(name: string): Promise<AccountState> {
    const { client, taskQueue } = this.context;
    return readAccount(client, name, taskQueue).catch((error: unknown) => Promise.reject(this.#translate(error)));
  }

  /**
   * Changes what an account allows, until it is changed again; limits that are left out stay, and null goes back to what
   * the workers are configured with. Workers heed it within ten seconds. Throws as `account` does.
   */
  setLimits(name: string, limits: Limits | null): Promise<void> {
    const { client, taskQueue } = this.context;
    return changeLimits(client, name, limits, taskQueue).catch((error: unknown) =>
      Promise.reject(this.#translate(error)),
    );
  }

  /** Closes the connection. Runs go on. */
  close(): Promise<void> {
    return this.context.close();
  }

  async #assertSameInput(key: string, hash: string): Promise<void> {
    const { memo } = await this.context.client.workflow.getHandle(runWorkflowId(key)).describe();
    if (memo?.[inputHashMemo] === hash) return;
    throw new PerdureError({
      code: 'key-taken',
      message: `The key '${key}' belongs to a run that was started with other input.`,
      hint: `See what runs under it: npx perdure show ${key}. Start other work under another key.`,
    });
  }

  #translate(error: unknown): unknown {
    return translateError(error, this.context.client.options.namespace);
  }
}

function zodOf<T>(result: StartOptions<T>['result']): z.ZodType<T> | undefined {
  return result && 'safeParse' in result && typeof result.safeParse === 'function'
    ? (result as z.ZodType<T>)
    : undefined;
}
