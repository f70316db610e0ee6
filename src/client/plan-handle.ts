import {
  ServiceError,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { isPerdureError, PerdureError } from '../core/errors.js';
import { wire } from '../core/names.js';
import { type PlanInput, type PlanOutcome, type PlanReport, planWorkflowId } from '../core/plan.js';
import { translateError } from './connection.js';
import { isOwn } from './own-runs.js';
import { summaryOfPlan } from './plan-list.js';
import type { HandleContext } from './run-handle.js';

const betweenTries = 1_000;

/** What the handle of a plan needs to know of its client. */
export interface PlanHandleContext extends HandleContext {
  deployment: () => string;
}

/** One plan, live or ended: ask it, stop it, wait for it. */
export class PlanHandle {
  /** In Temporal: `perdure:plan:<key>`. */
  readonly workflowId: string;

  /** @internal */
  constructor(
    readonly key: string,
    private readonly context: PlanHandleContext,
  ) {
    this.workflowId = planWorkflowId(key);
  }

  /**
   * Waits for the end and tells all that is known, however the plan ended. It waits on while Temporal is away.
   * @throws PerdureError `run-not-found`; `run-terminated` where its workflow was ended from outside.
   */
  async outcome(): Promise<PlanOutcome> {
    for (let told = false; ; ) {
      try {
        return await this.#handle.result();
      } catch (error) {
        const translated = this.#translate(error);
        if (!isPerdureError(translated, 'temporal-unreachable')) throw translated;
        if (!told) this.context.onTrouble?.('Temporal does not answer; waiting until it is back.');
        told = true;
        await new Promise((resolve) => setTimeout(resolve, betweenTries));
      }
    }
  }

  /** How the plan stands now; without a worker to ask, only what Temporal itself knows. Throws as `outcome` does. */
  async status(): Promise<PlanReport> {
    const description = await this.#describe();
    if (description.status.name === 'COMPLETED') {
      const { key, name, status, steps, startedAt } = await this.outcome();
      return { key, ...(name !== undefined && { name }), status, steps, startedAt };
    }
    if (description.status.name !== 'RUNNING') return reportOf(this.key, description);
    try {
      return await this.context.client.connection.withDeadline(Date.now() + 5000, () =>
        this.#handle.query<PlanReport>(wire.status),
      );
    } catch (error) {
      if (error instanceof ServiceError) return reportOf(this.key, description);
      throw this.#translate(error);
    }
  }

  /** Asks the plan to stop: its runs are stopped, its questions closed, and its outcome says `cancelled`. */
  async cancel(): Promise<void> {
    await this.#describe();
    try {
      await this.#handle.cancel();
    } catch (error) {
      throw this.#translate(error);
    }
  }

  get #handle() {
    return this.context.client.workflow.getHandle<(input: PlanInput) => Promise<PlanOutcome>>(this.workflowId);
  }

  /** A plan of another deployment is none of ours. */
  async #describe(): Promise<WorkflowExecutionDescription> {
    try {
      const description = await this.#handle.describe();
      if (isOwn(description, this.context.deployment())) return description;
    } catch (error) {
      throw this.#translate(error);
    }
    throw this.#unknown();
  }

  #translate(error: unknown): unknown {
    if (error instanceof WorkflowNotFoundError) return this.#unknown(error);
    if (error instanceof WorkflowFailedError) return terminated(this.key, error);
    return translateError(error, this.context.client.options.namespace);
  }

  #unknown(cause?: unknown): PerdureError {
    return new PerdureError({
      code: 'run-not-found',
      message: `There is no plan with the key '${this.key}' in this deployment.`,
      hint: 'Ended plans are kept as long as the namespace retains them.',
      cause,
    });
  }
}

function terminated(key: string, cause: WorkflowFailedError): PerdureError {
  return new PerdureError({
    code: 'run-terminated',
    message: `The workflow of the plan '${key}' was ended from outside: ${cause.cause?.message ?? cause.message}`,
    hint: 'Its runs were asked to stop, or go on: npx perdure ls. What is left at the providers ends: npx perdure sweep',
    cause,
  });
}

function reportOf(key: string, description: WorkflowExecutionDescription): PlanReport {
  const { name, status, startedAt } = summaryOfPlan(description);
  return { key, ...(name !== undefined && { name }), status, steps: [], startedAt };
}
