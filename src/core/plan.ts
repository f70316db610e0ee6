import type { RunPriority } from './admission.js';
import type { Amounts, Budget } from './budget.js';
import type { Duration } from './duration.js';
import type { EndpointName } from './endpoints.js';
import type { Json, JsonObject } from './json.js';
import type {
  EarlierTarget,
  Effect,
  Escalation,
  FinalStatus,
  OnUnknownStart,
  OutcomeError,
  QuestionOptions,
} from './run.js';

/** Steps that a plan may have; more is a batch, or a workflow. */
export const mostPlanSteps = 500;

/** Items of one `forEach`; a list that is longer is a batch. */
export const mostPlanItems = 1000;

/** Items of all the `forEach` of a plan together, so that its history stays below what Temporal keeps. */
export const mostPlanItemsInAll = 2000;

/** Items of a `forEach` that go on at once where `atOnce` says nothing. */
export const defaultAtOnce = 5;

/** Bytes of JSON that the output of a plan may have. */
export const mostOutputBytes = 262_144;

const planKeyPattern = /^[A-Za-z0-9._/:-]{1,80}$/;

/** Whether a text may be the key of a plan: 1 to 80 of `A-Za-z0-9._/:-`, since the keys of its runs begin with it. */
export function isPlanKey(text: string): boolean {
  return planKeyPattern.test(text);
}

const workflowIdStart = 'perdure:plan:';

/** The workflow id of the plan with this key. */
export function planWorkflowId(key: string): string {
  return `${workflowIdStart}${key}`;
}

/** Whether a workflow id is that of a plan. */
export function isPlanWorkflow(workflowId: string): boolean {
  return workflowId.startsWith(workflowIdStart);
}

/** The key of the plan with this workflow id. */
export function keyOfPlan(workflowId: string): string {
  return isPlanWorkflow(workflowId) ? workflowId.slice(workflowIdStart.length) : workflowId;
}

/** An agent at one of the accounts that a step may run at. */
export interface PlanTarget {
  endpoint: EndpointName;
  /** The builder's input; references may stand in it. */
  input: JsonObject;
  /** `<provider>/<name>`. Default: the provider's default account. */
  account?: string;
}

/** A question to a person. */
export interface PlanApproval {
  /** What is asked, in one line. */
  title: string;
  /** What whoever answers has to know; text, of which nothing is made a link. */
  body?: string;
  /** Names of people or groups who may answer. Default: everybody. */
  assignees?: string[];
  /** Default 7 days. */
  deadline?: Duration;
  /** Who is told next, when nobody has answered for so long. */
  escalate?: Escalation[];
  /** Default `refuse`. */
  otherwise?: 'refuse' | 'fail';
}

/** One step of a plan; it has one of `agent`, `approval` and `wait`. */
export interface PlanStep {
  /** Letters, digits, `_` and `-`; unlike that of any other step. */
  name: string;
  /** One place to run at, or several, the preferred one first. */
  agent?: PlanTarget | PlanTarget[];
  /** A yes of a person; a no, or silence, is a failure of the step. */
  approval?: PlanApproval;
  /** For so long, or until then (ISO 8601). */
  wait?: Duration | { until: string };
  /** A list, or a reference to one: the step is done for each item. */
  forEach?: string | Json[];
  /** Items that go on at once. Default 5. */
  atOnce?: number;
  /** Whether the plan goes on when the step fails. Default `stop`. */
  onFailure?: 'stop' | 'continue';
  /** JSON Schema that an agent's result has to fit. */
  result?: JsonObject;
  /** Whether doing it twice would matter. Default `write`. */
  effect?: Effect;
  /** What follows a start that was lost. Default: `again` for a `read`, `ask` for a `write`. */
  onUnknownStart?: OnUnknownStart;
  /** How long its run may take, at each target. Default 1 hour. */
  deadline?: Duration;
  /** How long a target may refuse the start before the next is tried. Default 1 minute. */
  failOverAfter?: Duration;
  /** Largest result in bytes of JSON. Default 256 KiB, at most 1.5 MiB. */
  resultBytes?: number;
  /** Who answers the agent's questions, and until when. Default: everybody, until the deadline. */
  questions?: QuestionOptions;
  /** How urgent it is, and whose, where it waits for its account or a worker. */
  priority?: RunPriority;
  /** The most that it may use up, where the plan has a budget. */
  reserve?: Amounts;
}

/** A document of steps. */
export interface PlanDocument {
  /** Shown to people; the key is what names a plan. */
  name?: string;
  description?: string;
  /** JSON Schema of what the plan is started with. */
  inputs?: JsonObject;
  /** Done in this order. */
  steps: PlanStep[];
  /** What the plan may use up, and who may raise it. */
  budget?: Budget;
  /** What the plan gives when it has completed; references may stand in it. */
  output?: Json;
}

/** The input of the workflow `plan`, as it stands in its history. */
export interface PlanInput {
  /** Version of this shape. */
  version: 1;
  deployment: string;
  plan: PlanDocument;
  inputs: JsonObject;
  /** Multiplies how long a step waits; for tests. */
  scale?: number;
}

/** Every way that a plan may stand. */
export const planStatuses = ['running', 'waiting-for-person', 'completed', 'failed', 'cancelled'] as const;

/** How a plan stands: `waiting-for-person` while one of its steps asks, the last three for ever. */
export type PlanStatus = (typeof planStatuses)[number];

/** How a step stands: `pending` is still to come, `skipped` never came. */
export type PlanStepStatus = 'pending' | 'running' | 'waiting-for-person' | 'skipped' | FinalStatus;

/** What a step, or one of its items, made and came to. */
export interface PlanPiece {
  /** Key of the run. */
  run?: string;
  /** Id of the question. */
  question?: string;
  error?: OutcomeError;
  /** What it tried at other targets before, in order. */
  failedOver?: EarlierTarget[];
}

/** How the items of a step stand; of what goes on and of what failed only the first are named. */
export interface PlanItems {
  /** How many items there are. */
  total: number;
  completed: number;
  failed: number;
  running: ({ index: number } & PlanPiece)[];
  failures: ({ index: number } & PlanPiece)[];
}

/** How a step of a plan stands. */
export interface PlanStepReport extends PlanPiece {
  name: string;
  kind: 'agent' | 'approval' | 'wait';
  status: PlanStepStatus;
  items?: PlanItems;
  /** What it gave, where that has at most 1 KiB as JSON, and all of them 64 KiB; any other is in the outcome of its run. */
  result?: Json;
  /** ISO 8601. */
  startedAt?: string;
  endedAt?: string;
}

/** What the query `perdure.status` answers for a plan. */
export interface PlanReport {
  key: string;
  name?: string;
  status: PlanStatus;
  steps: PlanStepReport[];
  /** ISO 8601. */
  startedAt: string;
}

/** All that is known of a plan that has ended; the results stand in the outcomes of its runs. */
export interface PlanOutcome {
  key: string;
  name?: string;
  status: 'completed' | 'failed' | 'cancelled';
  /** What the document says under `output`, its references filled in. At most 256 KiB. */
  output?: Json;
  /** Why it did not complete, and at which step. */
  error?: OutcomeError & { step?: string };
  steps: PlanStepReport[];
  /** ISO 8601. */
  startedAt: string;
  endedAt: string;
}

/** Whether a plan has ended. */
export function hasEnded(status: PlanStatus): status is PlanOutcome['status'] {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** What a step does. */
export function kindOfStep({ agent, approval }: PlanStep): PlanStepReport['kind'] {
  if (agent) return 'agent';
  return approval ? 'approval' : 'wait';
}

/** The targets of an agent's step, the preferred one first. */
export function targetsOf({ agent = [] }: PlanStep): PlanTarget[] {
  return Array.isArray(agent) ? agent : [agent];
}
