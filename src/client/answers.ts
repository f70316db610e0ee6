import { randomUUID } from 'node:crypto';
import {
  type Client,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { refuseSize } from '../core/answer-form.js';
import type { ClaimVerdict } from '../core/claim.js';
import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { attributeOf, waitingFor, wire } from '../core/names.js';
import {
  type AnswerMessage,
  type AnswerVerdict,
  type ClaimMessage,
  type SettleMessage,
  workflowOfQuestion,
} from '../core/question.js';
import { directOnly } from '../core/question-entry.js';
import { answerOptions, claimOptions, settleOptions } from '../schemas/answer.js';
import { parse } from '../schemas/parse.js';
import { translateError } from './connection.js';
import { refusalIn, sendUpdate, takeMs } from './updates.js';

/** Who answers, and how. */
export interface AnswerOptions {
  /** Who answers; in code, this is trusted. */
  by: string;
  /** Through what the answer came. Default `client`. */
  channel?: string;
  /** The same id twice is the same answer. Made when left out. */
  decisionId?: string;
  /** The `askedAt` of the question that was answered: a later one of the same name then never gets the answer. */
  askedAt?: string;
}

/** Who claims a question, and how. */
export type ClaimOptions = Omit<AnswerOptions, 'askedAt'>;

/** Which claim is settled, and how. */
export type SettleOptions = Omit<SettleMessage, 'questionId'>;

/** Whether a message was taken; if not, why. */
export type Taken = { accepted: true } | { accepted: false; reason: string };

/**
 * Gives a person's answer to the workflow that asked. Where no worker takes it within ten seconds, or the workflow has
 * not asked anything yet, it is left with the workflow as a signal; one that may not be stored is refused instead.
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
  const givenAt = new Date().toISOString();
  const message: AnswerMessage = { ...given, decisionId: given.decisionId ?? randomUUID(), givenAt };
  const tooLong = refuseSize(message.answer);
  if (tooLong !== undefined) return { accepted: false, reason: tooLong };
  const handle = client.workflow.getHandle(workflowOfQuestion(id) ?? id);
  const inTime = <T>(send: () => Promise<T>) => client.connection.withDeadline(Date.now() + takeMs, send);
  try {
    const verdict = await inTime(() => update(handle, message));
    if (verdict) return verdict;
    // A signal is stored, and no worker is there to say that this answer may not be.
    if (await inTime(() => waitsForDirect(handle))) return { accepted: false, reason: directOnly };
    return await inTime(() => signal(handle, message));
  } catch (error) {
    const reason = refusalIn(error);
    if (reason !== undefined) return { accepted: false, reason };
    if (!(error instanceof WorkflowNotFoundError)) throw translateError(error, client.options.namespace);
    // A workflow that ended right then may have taken it all the same.
    const late = await inTime(() => lateVerdict(handle, message)).catch((unread: unknown) => {
      throw translateError(unread, client.options.namespace);
    });
    if (late) return late;
    throw unknownQuestion(id, error);
  }
}

/** Claims a question whose answer may not be stored; with what is needed to give it to the provider. */
export async function sendClaim(client: Client, id: string, options: ClaimOptions): Promise<ClaimVerdict> {
  const given = parse(claimOptions, { questionId: id, ...options }, 'the claim');
  const message: ClaimMessage = { ...given, decisionId: given.decisionId ?? randomUUID() };
  const verdict = await sendUpdate<Extract<ClaimVerdict, { accepted: true }>['grant'], ClaimMessage>(client, {
    workflowId: workflowOfQuestion(id) ?? id,
    name: wire.claim,
    message,
    missing: (cause) => unknownQuestion(id, cause),
  });
  return verdict.accepted ? { accepted: true, grant: verdict.value } : verdict;
}

/** Tells what became of a claim's answer. */
export async function sendSettlement(client: Client, id: string, options: SettleOptions): Promise<Taken> {
  const message: SettleMessage = parse(settleOptions, { questionId: id, ...options }, 'the settlement');
  const verdict = await sendUpdate<void, SettleMessage>(client, {
    workflowId: workflowOfQuestion(id) ?? id,
    name: wire.settle,
    message,
    missing: (cause) => unknownQuestion(id, cause),
  });
  return verdict.accepted ? { accepted: true } : verdict;
}

/** The workflow's verdict, or undefined when no worker was there to give it, or it takes no answers yet. */
async function update(handle: WorkflowHandle, message: AnswerMessage): Promise<AnswerVerdict | undefined> {
  try {
    return await handle.executeUpdate<AnswerVerdict, [AnswerMessage]>(wire.answer, {
      args: [message],
      updateId: message.decisionId,
    });
  } catch (error) {
    const missed = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || hasNoHandler(error);
    if (missed) return undefined;
    throw error;
  }
}

/** What a workflow that has ended since said to an update whose answer did not come; undefined where it never took it. */
async function lateVerdict(handle: WorkflowHandle, { decisionId }: AnswerMessage): Promise<AnswerVerdict | undefined> {
  try {
    return await handle.getUpdateHandle<AnswerVerdict>(decisionId).result();
  } catch (error) {
    const reason = refusalIn(error);
    if (reason !== undefined) return { accepted: false, reason };
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ? error.cause : error;
  }
}

/** A workflow of the user's takes answers from its first question on; a signal it keeps from its start. */
function hasNoHandler(error: unknown): boolean {
  return refusalIn(error)?.startsWith('No registered handler for update') === true;
}

async function waitsForDirect(handle: WorkflowHandle): Promise<boolean> {
  const { typedSearchAttributes } = await handle.describe();
  return attributeOf(typedSearchAttributes, 'PerdureWaiting') === waitingFor.direct;
}

/** Harmless where the update is taken after all: the same decision counts once. */
async function signal(handle: WorkflowHandle, message: AnswerMessage): Promise<AnswerVerdict> {
  await handle.signal<[AnswerMessage]>(wire.answer, message);
  return { accepted: true, pending: true };
}

/** The error about a question that nobody waits with. */
export function unknownQuestion(id: string, cause?: unknown): PerdureError {
  return new PerdureError({
    code: 'question-not-found',
    message: `There is no open question '${id}': its run has ended, or never was.`,
    hint: 'List the open questions with: npx perdure questions',
    cause,
  });
}
