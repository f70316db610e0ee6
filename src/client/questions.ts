import { type Client, QueryNotRegisteredError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { inTurns } from '../core/in-turns.js';
import { deploymentPrefix } from '../core/mark.js';
import { waitingQuery, wire } from '../core/names.js';
import { awaitsPerson, isFor, type Question, workflowOfQuestion } from '../core/question.js';
import { questionFilter } from '../schemas/answer.js';
import { parse } from '../schemas/parse.js';
import { unknownQuestion } from './answers.js';
import type { HandleContext } from './run-handle.js';

/** Whose questions are wanted; what is left out does not matter. */
export interface QuestionFilter {
  /** Name of a person. */
  assignee?: string;
  /** The groups of that person. */
  groups?: string[];
}

const queriesAtOnce = 16;
/** Milliseconds that one workflow has to tell its questions. */
const queryMs = 10_000;

/** The questions of a deployment that wait for a person and are for somebody, by their deadlines. */
export async function findQuestions(
  context: HandleContext & { deployment: () => string },
  filter: QuestionFilter,
): Promise<Question[]> {
  const wanted = parse(questionFilter, filter, 'the filter');
  const anybody = wanted.assignee === undefined && wanted.groups === undefined;
  const asking = await findAsking(context.client, context.deployment());
  const asked = await inTurns(asking, queriesAtOnce, (id) => questionsOf(context, id));
  return asked
    .flat()
    .filter((question) => awaitsPerson(question) && (anybody || isFor(question, wanted)))
    .toSorted(byDeadline);
}

/** A question by its id. */
export async function readQuestion(client: Client, id: string): Promise<Question> {
  const workflowId = workflowOfQuestion(id);
  if (workflowId === undefined) throw unknownQuestion(id);
  const asked = await query(client, workflowId).catch((error: unknown) => {
    throw error instanceof WorkflowNotFoundError ? unknownQuestion(id, error) : error;
  });
  const question = asked.find((each) => each.id === id);
  if (!question) throw unknownQuestion(id);
  return question;
}

/** The workflows that wait for a person, of whatever type. */
async function findAsking(client: Client, deployment: string): Promise<string[]> {
  const mark = `PerdureMark STARTS_WITH '${deploymentPrefix(deployment)}'`;
  const asking = `ExecutionStatus = 'Running' AND ${waitingQuery} AND ${mark}`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: asking })) ids.push(workflowId);
  return ids;
}

async function questionsOf({ client, onTrouble }: HandleContext, workflowId: string): Promise<Question[]> {
  try {
    return await query(client, workflowId);
  } catch (error) {
    // One that ended in this moment waits no more.
    if (error instanceof WorkflowNotFoundError) return [];
    onTrouble?.(`The questions of ${workflowId} are left out: no worker told them in time.`);
    return [];
  }
}

async function query(client: Client, workflowId: string): Promise<Question[]> {
  try {
    return await client.connection.withDeadline(Date.now() + queryMs, () =>
      client.workflow.getHandle(workflowId).query<Question[]>(wire.questions),
    );
  } catch (error) {
    if (asksNobody(error)) return [];
    throw error;
  }
}

/** Whether a query failed since its workflow has asked nobody yet; the time-skipping server says so in words alone. */
export function asksNobody(error: unknown): boolean {
  if (error instanceof QueryNotRegisteredError) return true;
  return error instanceof ServiceError && /did not register a handler/.test(String(error.cause));
}

function byDeadline(a: Question, b: Question): number {
  const [first, second] = [a, b].map(({ deadline = 'none' }) => deadline);
  return `${first} ${a.askedAt}`.localeCompare(`${second} ${b.askedAt}`);
}
