import type { Json } from './json.js';

/** One field of a form that is to be answered. */
export interface QuestionField {
  name: string;
  label: string;
  description?: string;
  required: boolean;
  type: 'text' | 'number' | 'url' | 'email' | 'password' | 'boolean';
  placeholder?: string;
  defaultValue?: string;
  /** Of a text: the only values that it may have. */
  options?: string[];
}

/** What an answer has to be: a text, a yes or no, or an object of fields. */
export type AnswerForm = { kind: 'text' } | { kind: 'confirm' } | { kind: 'fields'; fields: QuestionField[] };

/** A question as the provider asks it. */
export interface ProviderQuestion {
  /** The provider's id: `requestId` at Anchor, `toolCallId` at Browserbase. */
  providerId: string;
  message: string;
  form: AnswerForm;
}

/** A question that waits for a person, or has been answered. */
export interface Question {
  /** Stands alone: `<workflow id>~<provider's id>`. */
  id: string;
  key: string;
  title: string;
  message: string;
  form: AnswerForm;
  /**
   * `open`; `answered`: taken, on its way to the provider; `applied`: the provider has it; `gone`: it went away
   * unanswered; `unknown`: the answer may have reached the provider: its question is closed, and the worker that sent it
   * was lost.
   */
  state: 'open' | 'answered' | AnswerFate;
  askedAt: string;
  by?: string;
  channel?: string;
  answeredAt?: string;
}

/** What became of an answer that was taken. */
export type AnswerFate = 'applied' | 'gone' | 'unknown';

/** What an answer carries, as update and as signal alike. */
export interface AnswerMessage {
  questionId: string;
  answer: Json;
  /** Who answers. */
  by: string;
  /** Through what: `cli`, `client`, `inbox`, … */
  channel: string;
  /** Made by the caller; the same id twice is the same answer. */
  decisionId: string;
}

/** Whether a value is an answer: signals may carry anything. */
export function isAnswerMessage(value: unknown): value is AnswerMessage {
  if (typeof value !== 'object' || value === null || !('answer' in value)) return false;
  return ['questionId', 'by', 'channel', 'decisionId'].every((name) => typeof Reflect.get(value, name) === 'string');
}

/**
 * Whether an answer was taken, and if not, why. `pending`: no worker took it in time, so it was left for the next one,
 * or the question is not asked yet; whether it is taken then, its question tells.
 */
export type AnswerVerdict = { accepted: true; pending?: true } | { accepted: false; reason: string };

/** What a person may decide about a start of which nobody knows what became. */
export const startChoices = { adopt: 'adopt', again: 'start again', giveUp: 'give up' } as const;

/** Stands in the id of the question about a lost start where a provider's own id would. */
export function startQuestionId(generation: number): string {
  return `start-g${generation}`;
}

/** Whether a question is about a lost start. */
export function asksAboutStart({ id }: Pick<Question, 'id'>): boolean {
  return /~start-g[0-9]+$/.test(id);
}

const separator = '~';

/** The id of a question of this workflow. */
export function questionId(workflowId: string, providerId: string): string {
  return `${workflowId}${separator}${providerId.replaceAll(separator, '%7E')}`;
}

/** The workflow that a question belongs to, or undefined when the text is not a question's id. */
export function workflowOfQuestion(id: string): string | undefined {
  const at = id.lastIndexOf(separator);
  return at > 0 && at < id.length - 1 ? id.slice(0, at) : undefined;
}
