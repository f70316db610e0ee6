import type { Duration } from './duration.js';
import type { Json, JsonObject } from './json.js';
import type { AnswerForm } from './question.js';
import type { Escalation, QuestionPolicy } from './run.js';
import type { SchemaRef } from './step.js';

/** What a question that names no schema is answered by. */
export interface Approval {
  approved: boolean;
}

/** A question to a person, as a step of a workflow. */
export interface PersonStep<T = Approval> {
  /** Unlike any other step's of this workflow; the question's id is `<workflow id>~<name>`. */
  name: string;
  /** One line: what is to be decided. */
  title: string;
  /** What the person has to know. At most 20,000 characters. */
  body?: string;
  /** What the answer has to be: a flat object of texts, numbers, booleans and choices. Default: yes or no. */
  answer?: SchemaRef<T> | JsonObject;
  /** Names of people or groups who may answer. Default: everybody. */
  assignees?: string[];
  /** Default 7 days. */
  deadline?: Duration;
  /** Who is told next, and may answer from then on, when nobody has answered for so long. */
  escalate?: Escalation[];
  /**
   * What follows when nobody has answered by the deadline. `refuse`: the verdict has `approved: false` and nothing else of
   * the answer; `fail`: the step fails with `question-expired`; or an answer that is then taken. Default: `refuse` where
   * the answer has a field `approved`, else `fail`.
   */
  otherwise?: 'refuse' | 'fail' | { answer: NoInfer<T> };
}

/** Who decided, and how. */
export interface Trail {
  /** `perdure` where nobody answered. */
  by?: string;
  /** Through what; `deadline` where nobody answered. */
  channel?: string;
  /** ISO 8601. */
  answeredAt?: string;
  /** Whether nobody answered by the deadline, so that this is what was to follow then. */
  expired: boolean;
}

/** What came of a question to a person. */
export type Verdict<T = Approval> = T & Trail;

/** A question to be checked. */
export interface PrepareQuestionTask extends Omit<PersonStep, 'answer' | 'otherwise'> {
  answer?: { schemaName: string } | JsonObject;
  otherwise?: 'refuse' | 'fail' | { answer: Json };
}

/** What a question is checked into. */
export interface PreparedQuestion {
  form: AnswerForm;
  policy: QuestionPolicy;
  /** What is answered when nobody does; absent: the step fails. */
  otherwise?: { answer: Json };
  /** Of the worker that checked it. */
  deployment: string;
  /** Perdure's own queue. */
  taskQueue: string;
}
