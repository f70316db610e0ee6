import { randomUUID } from 'node:crypto';
import {
  type Client,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { wire } from '../core/names.js';
import { type AnswerMessage, type AnswerVerdict, workflowOfQuestion } from '../core/question.js';
import { answerOptions } from '../schemas/answer.js';
import { parse } from '../schemas/parse.js';
import { translateError } from './connection.js';

/** Who answers, and how. */
export interface AnswerOptions {
  by: string;
  /** Through what the answer came. Default `client`. */
  channel?: string;
  /** The same id twice is the same answer. Made when left out. */
  decisionId?: string;
}

/** Milliseconds that a worker has to take an answer. */
const takeMs = 10_000;

/**
 * Gives a person's answer to the workflow that asked. Where no worker takes it within ten seconds, it is left with the
 * workflow as a signal.
 * @returns whether it was taken, and if not, why; `pending` when it was left for the next worker.
 * @throws PerdureError `question-not-found` when there is no such workflow, `temporal-unreachable`.
 */
export async function sendAnswer(
  client: Client,
  id: string,
  answer: Json,
  options: AnswerOptions,
): Promise<AnswerVerdict> {
  const given = parse(answerOptions, { questionId: id, answer, ...options }, 'the answer');
  const message: AnswerMessage = { ...given, decisionId: given.decisionId ?? randomUUID() };
  const handle = client.workflow.getHandle(workflowOfQuestion(id) ?? id);
  const inTime = <T>(send: () => Promise<T>) => client.connection.withDeadline(Date.now() + takeMs, send);
  try {
    return (await inTime(() => update(handle, message))) ?? (await inTime(() => signal(handle, message)));
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
      return { accepted: false, reason: error.cause.message };
    }
    if (error instanceof WorkflowNotFoundError) throw unknownQuestion(id, error);
    throw translateError(error, client.options.namespace);
  }
}

/** The workflow's verdict, or undefined when no worker was there to give it. */
async function update(handle: WorkflowHandle, message: AnswerMessage): Promise<AnswerVerdict | undefined> {
  try {
    return await handle.executeUpdate<AnswerVerdict, [AnswerMessage]>(wire.answer, {
      args: [message],
      updateId: message.decisionId,
    });
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return undefined;
    throw error;
  }
}

/** Harmless where the update is taken after all: the same decision counts once. */
async function signal(handle: WorkflowHandle, message: AnswerMessage): Promise<AnswerVerdict> {
  await handle.signal<[AnswerMessage]>(wire.answer, message);
  return { accepted: true, pending: true };
}

function unknownQuestion(id: string, cause: unknown): PerdureError {
  return new PerdureError({
    code: 'question-not-found',
    message: `There is no open question '${id}': its run has ended, or never was.`,
    hint: 'List the open questions with: npx perdure questions',
    cause,
  });
}
