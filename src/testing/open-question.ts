import { type Client, isGrpcDeadlineError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { asksNobody } from '../client/questions.js';
import { PerdureError } from '../core/errors.js';
import { wire } from '../core/names.js';
import type { Question } from '../core/question.js';

/** The oldest open question of a workflow or of its child workflows, however deep. */
export async function findOpenQuestion(client: Client, workflowId: string): Promise<Question | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  const own = await askedBy(client, workflowId);
  const open = own.find(({ state }) => state === 'open');
  if (open) return open;
  const { raw } = await handle.describe();
  for (const { workflowId: child } of raw.pendingChildren ?? []) {
    const question = child ? await findOpenQuestion(client, child).catch(unlessNotStarted) : undefined;
    if (question) return question;
  }
  return undefined;
}

/** A child is pending before it is started. */
function unlessNotStarted(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

async function askedBy(client: Client, workflowId: string): Promise<Question[]> {
  try {
    return await client.workflow.getHandle(workflowId).query<Question[]>(wire.questions);
  } catch (error) {
    // A worker that is too busy to say it now is asked again.
    if (asksNobody(error) || (error instanceof ServiceError && isGrpcDeadlineError(error.cause))) return [];
    throw error;
  }
}

const longestStep = 60_000;
const patience = 3_600_000;

/** Waits for a question of a workflow or of its child workflows; `pass` lets so many milliseconds go by. */
export async function nextQuestion(
  client: Client,
  workflowId: string,
  pass: (ms: number) => Promise<void>,
): Promise<Question> {
  for (let waited = 0, step = 1000; waited < patience; waited += step, step = Math.min(longestStep, step * 1.2)) {
    const question = await findOpenQuestion(client, workflowId);
    if (question) return question;
    const { status } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') throw nothingAsked(workflowId, `ended (${status.name}) without a question`);
    await pass(step);
  }
  throw nothingAsked(workflowId, 'asked nothing within an hour');
}

function nothingAsked(workflowId: string, what: string): PerdureError {
  return new PerdureError({
    code: 'question-not-found',
    message: `The workflow ${workflowId} ${what}.`,
    hint: 'Look at t.ledger for what the agents did.',
  });
}
