import { type Client, QueryNotRegisteredError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { PerdureError } from '../core/errors.js';
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

/** The questions that wait, as far as anybody tells them. */
export interface WaitingQuestions {
  /** By their deadlines. */
  questions: Question[];
  /** Ids of the workflows that wait for a person and did not tell with what in time: no worker of theirs answered. */
  silent: string[];
}

const queriesAtOnce = 16;
/** Milliseconds that one of many workflows has to tell its questions: the inbox waits ten seconds for them all. */
const listQueryMs = 4_000;
const queryMs = 10_000;

/** The questions of a deployment that wait for a person and are for somebody, and who did not tell theirs. */
export async function findQuestions(
  context: HandleContext & { deployment: () => string },
  filter: QuestionFilter,
): Promise<WaitingQuestions> {
  const wanted = parse(questionFilter, filter, 'the filter');
  const anybody = wanted.assignee === undefined && wanted.groups === undefined;
  const asking = await findAsking(context.client, context.deployment());
  const asked = await inTurns(asking, queriesAtOnce, (id) => questionsOf(context, id));
  const questions = asked
    .flatMap((told) => told ?? [])
    .filter((question) => awaitsPerson(question) && (anybody || isFor(question, wanted)))
    .toSorted(byDeadline);
  return { questions, silent: asking.filter((_, index) => asked[index] === undefined) };
}

/** Throws `worker-missing` where no question is known only since nobody told any: an empty list would say that nothing waits. */
export function assertTold({ questions, silent }: WaitingQuestions): void {
  const [first] = silent;
  if (questions.length > 0 || first === undefined) return;
  const others = silent.length > 1 ? ` and ${silent.length - 1} more` : '';
  throw new PerdureError({
    code: 'worker-missing',
    message: `${first}${others} wait for a person, and no worker told with what in time.`,
    hint: 'See that the workers of their queues run: npx perdure doctor. What waits goes on waiting.',
  });
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

/** Undefined where no worker tells them in time. */
async function questionsOf({ client, onTrouble }: HandleContext, workflowId: string): Promise<Question[] | undefined> {
  try {
    return await query(client, workflowId, listQueryMs);
  } catch (error) {
    // One that ended in this moment waits no more.
    if (error instanceof WorkflowNotFoundError) return [];
    onTrouble?.(`The questions of ${workflowId} are left out: no worker told them in time.`);
    return undefined;
  }
}

async function query(client: Client, workflowId: string, ms = queryMs): Promise<Question[]> {
  try {
    return await client.connection.withDeadline(Date.now() + ms, () =>
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
