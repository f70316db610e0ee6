import type { Json } from './json.js';

/** One field of a form that is to be answered. */
export interface QuestionField {
  name: string;
  /** What whoever fills it in reads. */
  label: string;
  description?: string;
  required: boolean;
  /** What it takes; what goes into a `password` is never stored in Temporal. */
  type: 'text' | 'number' | 'url' | 'email' | 'password' | 'boolean';
  placeholder?: string;
  defaultValue?: string;
  /** Of a text: the only values that it may have. */
  options?: string[];
  /** Of a number: only whole ones. */
  integer?: true;
  /** The least and most that a number may be, or the fewest and most characters of a text. */
  min?: number;
  max?: number;
  /** Of a text: a regular expression (flag `u`) that has to be found in it. */
  pattern?: string;
}

/** What an answer has to be: a text, a yes or no, or an object of fields. */
export type AnswerForm = { kind: 'text' } | { kind: 'confirm' } | { kind: 'fields'; fields: QuestionField[] };

/** A question as the provider asks it. */
export interface ProviderQuestion {
  /** The provider's id: `requestId` at Anchor, `toolCallId` at Browserbase. */
  providerId: string;
  /** What the agent asks. */
  message: string;
  /** What may be answered. */
  form: AnswerForm;
}

/** Who asks: a step that wants an approval, the agent itself, or Perdure about a start whose answer was lost. */
export type QuestionKind = 'approval' | 'agent' | 'start';

/**
 * `open`; `claimed`: somebody is giving its answer to the provider directly; `answered`: taken, on its way;
 * `applied`: whoever asked has the answer; `gone`: it went away unanswered; `expired`: its deadline passed and the
 * default was applied; `unknown`: an answer may have reached the provider, and nobody knows.
 */
export type QuestionState = 'open' | 'claimed' | 'answered' | 'applied' | 'gone' | 'expired' | 'unknown';

/** What became of an answer that was taken; `unknown`: it may have reached the provider, and nobody knows. */
export type AnswerFate = 'applied' | 'gone' | 'unknown';

/** Who is told next when nobody has answered. */
export interface Rung {
  /** Milliseconds after the question was asked. */
  after: number;
  /** Names of people or groups, who may answer from then on. */
  to: string[];
}

/** Whose question it is, and until when. */
export interface QuestionTerms {
  /** Names of people or groups who may answer; empty: everybody. Grows with the ladder. */
  assignees: string[];
  /** ISO 8601: when the default is applied. Absent: the question ends with its run. */
  deadline?: string;
  /** Steps of the ladder, earliest first. */
  escalation?: Rung[];
}

/** A question that waits for a person, or has been answered. */
export interface Question extends QuestionTerms {
  /** Stands alone: `<workflow id>~<provider's id, or step's name>`. */
  id: string;
  /** Who asks, and for what. */
  kind: QuestionKind;
  /** Key of the run, or id of the workflow that asks. */
  key: string;
  /** In one line. */
  title: string;
  /** All that whoever answers has to know. */
  message: string;
  /** What may be answered. */
  form: AnswerForm;
  /** Its answer is a code or password: it goes from the inbox or the command line to the provider, never into Temporal. */
  direct?: true;
  /** What is known of its answer. */
  state: QuestionState;
  /** ISO 8601. */
  askedAt: string;
  /** Who answered, or claims it. */
  by?: string;
  /** Through what: `cli`, `client`, `inbox`, `link`, `api`; `deadline` where nobody answered. */
  channel?: string;
  /** ISO 8601; absent while nobody has answered. */
  answeredAt?: string;
  /** What was answered; never that of a direct one. */
  answer?: Json;
  /** Of an `unknown` one: the agent has gone on, so that nobody can answer it any more. */
  closed?: true;
  /** Answers that did not reach whoever asked, so that the question was opened again. */
  refused?: Reply[];
}

/** Who answered, when, and through what. */
export interface Reply {
  /** Who answered. */
  by: string;
  /** Through what: `cli`, `client`, `inbox`, `link`, … */
  channel: string;
  /** ISO 8601. */
  answeredAt: string;
}

/** How often an answer was refused of which nobody was told: whoever gives a direct one hears of it at once. */
export function timesRefused({ refused = [], direct }: Question): number {
  return direct ? 0 : refused.length;
}

/** Whether a person is still wanted for a question. */
export function awaitsPerson({ state, closed }: Question): boolean {
  return state === 'open' || state === 'claimed' || (state === 'unknown' && !closed);
}

/** Whether somebody may answer a question: everybody where no assignees are named. */
export function isFor({ assignees }: QuestionTerms, who: { assignee?: string; groups?: string[] }): boolean {
  const names = [...(who.assignee === undefined ? [] : [who.assignee]), ...(who.groups ?? [])];
  return assignees.length === 0 || assignees.some((name) => names.includes(name));
}

/** What an answer carries, as update and as signal alike. */
export interface AnswerMessage {
  /** As the question has it. */
  questionId: string;
  answer: Json;
  /** Who answers. */
  by: string;
  /** Through what: `cli`, `client`, `inbox`, … */
  channel: string;
  /** Made by the caller; the same id twice is the same answer. */
  decisionId: string;
  /**
   * When the question was asked that the person saw. A name may be asked again in a later execution of its workflow: an
   * answer that says which one it is for is never taken for another.
   */
  askedAt?: string;
  /** When it was given, by the clock of whoever sent it (ISO 8601): workers may have been away since. Absent: in time. */
  givenAt?: string;
}

/** Claims a question whose answer may not be stored, before it is sent to the provider. */
export type ClaimMessage = Omit<AnswerMessage, 'answer' | 'givenAt'>;

/** What became of an answer that was given to the provider directly. */
export interface SettleMessage {
  /** As the question has it. */
  questionId: string;
  /** Of the claim. */
  decisionId: string;
  state: 'applied' | 'gone' | 'open' | 'unknown';
}

/** Somebody takes the browser of a run over, or gives it back. */
export interface TakeoverMessage {
  by: string;
  channel: string;
  /** False gives it back. */
  hold: boolean;
}

/** Who has taken a run's browser over. */
export interface Takeover {
  /** Who has it. */
  by: string;
  /** ISO 8601. */
  since: string;
}

/** Whether a value is an answer: signals may carry anything. */
export function isAnswerMessage(value: unknown): value is AnswerMessage {
  return hasTexts(value, ['questionId', 'by', 'channel', 'decisionId']) && 'answer' in value;
}

/** Whether a value claims a question. */
export function isClaimMessage(value: unknown): value is ClaimMessage {
  return hasTexts(value, ['questionId', 'by', 'channel', 'decisionId']);
}

/** Whether a value settles a claim. */
export function isSettleMessage(value: unknown): value is SettleMessage {
  return (
    hasTexts(value, ['questionId', 'decisionId', 'state']) &&
    ['applied', 'gone', 'open', 'unknown'].includes(String(Reflect.get(value, 'state')))
  );
}

/** Whether a value takes a browser over or gives it back. */
export function isTakeoverMessage(value: unknown): value is TakeoverMessage {
  return hasTexts(value, ['by', 'channel']) && typeof Reflect.get(value, 'hold') === 'boolean';
}

function hasTexts(value: unknown, names: string[]): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'string');
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
