import {
  type Client,
  ServiceError,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { z } from 'zod';
import type { ClaimVerdict } from '../core/claim.js';
import { isPerdureError, PerdureError, RunError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { runWorkflowId, wire } from '../core/names.js';
import { type AnswerVerdict, type Question, questionId } from '../core/question.js';
import type { Outcome, RunInput, RunReport } from '../core/run.js';
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
import { abandonedOutcome, reportOf, wholeOf } from './description.js';
import { sendTakeover, type TakeoverOptions } from './takeover.js';

const betweenTries = 1_000;

/** What a handle needs to know of its client. */
export interface HandleContext {
  client: Client;
  /** Told in one line when Temporal is lost and when it is back. */
  onTrouble?: (line: string) => void;
}

/** One run, live or ended: ask it, answer it, stop it, wait for it. */
export class RunHandle<T = Json> {
  /** In Temporal: `perdure:run:<key>`. */
  readonly workflowId: string;

  /** @internal */
  constructor(
    readonly key: string,
    private readonly context: HandleContext,
    private readonly schema?: z.ZodType<T>,
  ) {
    this.workflowId = runWorkflowId(key);
  }

  /** Waits for the end and gives the checked result. Throws `RunError` when the run did not complete. */
  async result(): Promise<T> {
    const outcome = await this.outcome();
    if (outcome.status !== 'completed') throw new RunError(outcome);
    if (!this.schema) return outcome.result as T;
    const checked = this.schema.safeParse(outcome.result);
    if (checked.success) return checked.data;
    const message = `The result does not fit the schema: ${checked.error.issues.map((issue) => issue.message).join('; ')}.`;
    throw new RunError({ ...outcome, error: { code: 'result-invalid', message } });
  }

  /**
   * Waits for the end and tells all that is known, however the run ended. It waits on while Temporal is away.
   * @throws PerdureError `run-not-found`.
   */
  async outcome(): Promise<Outcome> {
    for (;;) {
      try {
        return await this.#end();
      } catch (error) {
        if (!isPerdureError(error, 'temporal-unreachable')) throw error;
        await this.#waitUntilBack();
      }
    }
  }

  async #end(): Promise<Outcome> {
    try {
      return await this.#handle.result();
    } catch (error) {
      if (error instanceof WorkflowFailedError) return abandonedOutcome(await this.#describe(), error);
      throw this.#translate(error);
    }
  }

  async #waitUntilBack(): Promise<void> {
    this.context.onTrouble?.('Temporal does not answer; waiting until it is back.');
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, betweenTries));
      try {
        await this.#describe();
        this.context.onTrouble?.('Temporal is back.');
        return;
      } catch (error) {
        if (!isPerdureError(error, 'temporal-unreachable')) throw error;
      }
    }
  }

  /** How the run stands now. Without a worker to ask, what Temporal itself knows. */
  async status(): Promise<RunReport> {
    const description = await this.#describe();
    if (description.status.name !== 'RUNNING') return reportOf(this.key, description);
    try {
      const report = await this.context.client.connection.withDeadline(Date.now() + 5000, () =>
        this.#handle.query<RunReport>(wire.status),
      );
      return { ...report, ...wholeOf(description) };
    } catch (error) {
      if (error instanceof ServiceError) return reportOf(this.key, description);
      throw this.#translate(error);
    }
  }

  /** The questions that the run has asked so far, oldest first. Needs a worker. */
  async questions(): Promise<Question[]> {
    try {
      return await this.#handle.query<Question[]>(wire.questions);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** Answers a question of this run, by its whole id or the provider's; the verdict is that of `Perdure.answer`. */
  answer(id: string, answer: Json, options: AnswerOptions): Promise<AnswerVerdict> {
    return sendAnswer(this.context.client, this.#wholeId(id), answer, options);
  }

  #wholeId(id: string): string {
    return id.startsWith(`${this.workflowId}~`) ? id : questionId(this.workflowId, id);
  }

  /** Claims a question of this run, by its whole id or the provider's: see {@link Perdure.claim}. */
  claim(id: string, options: ClaimOptions): Promise<ClaimVerdict> {
    return sendClaim(this.context.client, this.#wholeId(id), options);
  }

  /** Tells what became of a claim. */
  settle(id: string, options: SettleOptions): Promise<Taken> {
    return sendSettlement(this.context.client, this.#wholeId(id), options);
  }

  /**
   * Takes the browser of the run over, or gives it back (`hold: false`); one person has it at a time, and the refusal
   * says who.
   * @throws PerdureError `run-not-found` when it does not go on, `worker-missing`, `temporal-unreachable`.
   */
  takeover(options: TakeoverOptions): Promise<Taken> {
    return sendTakeover(this.context.client, this.key, options);
  }

  /** Asks the run to stop: the provider's run is stopped, its session ended, and the outcome says `cancelled`. */
  async cancel(): Promise<void> {
    try {
      await this.#handle.cancel();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  get #handle() {
    return this.context.client.workflow.getHandle<(input: RunInput) => Promise<Outcome>>(this.workflowId);
  }

  async #describe(): Promise<WorkflowExecutionDescription> {
    try {
      return await this.#handle.describe();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #translate(error: unknown): unknown {
    if (!(error instanceof WorkflowNotFoundError)) return translateError(error, this.context.client.options.namespace);
    return new PerdureError({
      code: 'run-not-found',
      message: `There is no run with the key '${this.key}'.`,
      hint: 'List the runs with: npx perdure ls. Ended runs are kept as long as the namespace retains them.',
      cause: error,
    });
  }
}
