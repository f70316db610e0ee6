import { isPerdureError, PerdureError } from '../core/errors.js';
import { batchWorkflowId, keyOfWorkflowId, runWorkflowId } from '../core/names.js';
import { planWorkflowId } from '../core/plan.js';
import { type Question, workflowOfQuestion } from '../core/question.js';
import { Attempts } from './attempts.js';
import { Board } from './board.js';
import type { BatchSummary } from '../client/batch/batch-list.js';
import { Lookouts } from './lookouts.js';
import { defaultPace, type InboxOptions, type InboxPlan, type Pace } from './options.js';
import { type Ask, patience } from './patience.js';
import { type Session, Sessions } from './sessions.js';
import { TokenBook } from './tokens.js';
import type { Person, Reviewers } from './person.js';

/** What every page and every answer of the inbox is made with. */
export interface Desk {
  readonly options: InboxOptions;
  readonly pace: Pace;
  readonly ask: Ask;
  readonly reviewers: Reviewers;
  readonly tokens: TokenBook;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly board: Board;
  readonly lookouts: Lookouts;
  /** Questions as they were read last, for when no worker can tell them. */
  readonly seen: Map<string, Question>;
  /** Decisions whose answer was sent to a provider by this process, so that a form which comes twice sends nothing twice. */
  readonly spent: Set<string>;
}

/** What is known of a request once it was let in. */
export interface InboxEnv {
  Variables: {
    person: Person;
    session: Session;
    /** Where the live view that the page frames comes from. */
    frames: string;
  };
}

const mostSeen = 1_000;

/** Makes the desk. */
export function openDesk(options: InboxOptions): Desk {
  const pace = { ...defaultPace, ...options.pace };
  const ask = patience(options, pace);
  const seen = new Map<string, Question>();
  const tokens = new TokenBook(options.tokens);
  return {
    options,
    pace,
    ask,
    reviewers: options.reviewers ?? {},
    tokens,
    sessions: new Sessions(options.keys, tokens),
    seen,
    spent: new Set(),
    attempts: new Attempts(),
    lookouts: new Lookouts(pace.look),
    board: new Board(() => ask(() => options.perdure.waiting()), pace.look, options.onTrouble),
  };
}

/** The run of this key, where it is this deployment's. Throws `run-not-found`. */
export async function ownRun({ options, ask }: Desk, key: string) {
  const workflowId = runWorkflowId(key);
  if (!(await ask(() => options.belongs(workflowId)))) throw unknownRun(key);
  return options.perdure.get(key);
}

/** The plan of this key, where it is this deployment's. Throws `run-not-found`. */
export async function ownPlan(desk: Desk, key: string): Promise<InboxPlan> {
  if (!(await isOwn(desk, planWorkflowId(key)))) throw unknownPlan(key);
  return desk.options.perdure.getPlan(key);
}

/** How the batch of this key stands, where it is this deployment's. Throws `batch-not-found`. */
export async function ownBatch(desk: Desk, key: string): Promise<BatchSummary> {
  if (!(await isOwn(desk, batchWorkflowId(key)))) throw unknownBatch(key);
  return desk.ask(() => desk.options.perdure.findBatch(key));
}

/**
 * The question of this id, where it is this deployment's; without a worker, as it was read last.
 * @throws PerdureError `question-not-found`.
 */
export async function ownQuestion({ options, ask, seen }: Desk, id: string): Promise<Question> {
  const workflowId = workflowOfQuestion(id);
  if (workflowId === undefined || !(await isOwn({ options, ask }, workflowId))) throw unknownQuestion(id);
  try {
    const question = await ask(() => options.perdure.question(id));
    seen.delete(id);
    seen.set(id, question);
    const [oldest] = seen.keys();
    if (seen.size > mostSeen && oldest !== undefined) seen.delete(oldest);
    return question;
  } catch (error) {
    const before = seen.get(id);
    if (before && isPerdureError(error) && error.retryable) return before;
    throw error;
  }
}

/** A workflow that is gone took its questions with it. */
async function isOwn({ options, ask }: Pick<Desk, 'options' | 'ask'>, workflowId: string): Promise<boolean> {
  try {
    return await ask(() => options.belongs(workflowId));
  } catch (error) {
    if (isPerdureError(error, 'run-not-found')) return false;
    throw error;
  }
}

/** The key of the run that asks; undefined where a workflow of the user's does. */
export function runKeyOf({ id }: Pick<Question, 'id'>): string | undefined {
  return keyOfWorkflowId(workflowOfQuestion(id) ?? '');
}

function unknownRun(key: string): PerdureError {
  return new PerdureError({
    code: 'run-not-found',
    message: `There is no run with the key '${key}' in this deployment.`,
    hint: 'The list of runs shows those that there are. Ended runs are kept as long as the namespace retains them.',
  });
}

function unknownPlan(key: string): PerdureError {
  return new PerdureError({
    code: 'run-not-found',
    message: `There is no plan with the key '${key}' in this deployment.`,
    hint: 'The list of plans shows those that there are. Ended plans are kept as long as the namespace retains them.',
  });
}

function unknownBatch(key: string): PerdureError {
  return new PerdureError({
    code: 'batch-not-found',
    message: `There is no batch with the key '${key}' in this deployment.`,
    hint: 'The list of batches shows those that there are. Ended ones are kept as long as the namespace retains them.',
  });
}

function unknownQuestion(id: string): PerdureError {
  return new PerdureError({
    code: 'question-not-found',
    message: `There is no question '${id}' in this deployment.`,
    hint: 'The list of questions shows those that wait.',
  });
}
