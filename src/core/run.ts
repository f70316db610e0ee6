import type { RunPriority } from './admission.js';
import type { BatchRef } from './batch.js';
import type { AgentSpec } from './builders.js';
import type { Duration } from './duration.js';
import type { EndpointName } from './endpoints.js';
import type { Json, JsonObject } from './json.js';
import type { Question, Rung, Takeover } from './question.js';
import type { Timings } from './timings.js';

/** How a run may stand; the last five for ever. */
export const runStatuses = [
  'queued',
  'starting',
  'running',
  'waiting-for-person',
  'completed',
  'failed',
  'cancelled',
  'timed-out',
  'unknown',
] as const;

/**
 * How a run stands. `queued`: it waits for its account; `starting`: its start is on its way; `unknown`: nobody knows
 * whether it was started, or what became of it.
 */
export type RunStatus = (typeof runStatuses)[number];

/** The states that a run ends in. */
export type FinalStatus = 'completed' | 'failed' | 'cancelled' | 'timed-out' | 'unknown';

/** Tells whether a status is one that a run ends in. */
export function isFinal(status: RunStatus): status is FinalStatus {
  return ['completed', 'failed', 'cancelled', 'timed-out', 'unknown'].includes(status);
}

/** Whether doing the task twice would matter: a `write` is never started again without proof or a person. */
export type Effect = 'read' | 'write';

/**
 * What follows a start of which nobody knows what became, and which could neither be found nor fenced off: a further
 * start, a question to a person, or the end as `unknown`.
 */
export type OnUnknownStart = 'again' | 'ask' | 'fail';

/** `confirmed`: what an unknown start may have left was seen to be ended; `assumed`: it should be; `none`: it can't be. */
export type Fence = 'confirmed' | 'assumed' | 'none';

/** A run at the provider that a person names, and what is known of the start that it came from. */
export interface Adoption {
  /** `<task id>/<execution id>` where the provider reads runs by both. */
  runId: string;
  sessionId?: string;
  /** Of the mark that the run carries: the first execution of the workflow that started it, and the generation. */
  firstExecution?: string;
  generation?: number;
}

/** Why a run can't be taken up by this id; undefined when it can. */
export function refuseRunId(endpoint: EndpointName, runId: string): string | undefined {
  if (endpoint !== 'anchor.namedTask' || runId.includes('/')) return undefined;
  return 'a legacy execution is read by its task: name it as <task id>/<execution id>';
}

/** The input of the workflow `agentRun`, as it stands in its history. */
export interface RunInput {
  /** Version of this shape. */
  version: 1;
  key: string;
  /** Part of the mark; keeps two Perdures on one provider account apart. */
  deployment: string;
  /** `<provider>/<name>`. */
  account: string;
  agent: AgentSpec;
  effect: Effect;
  onUnknownStart: OnUnknownStart;
  /** A run that a person found at the provider; it is taken for this one, and nothing is started. */
  adopt?: Adoption;
  /** JSON Schema that the result has to fit. */
  resultSchema?: JsonObject;
  timings: Timings;
  /** Largest result in bytes of JSON that is kept in the outcome. */
  resultBytes: number;
  /** Perdure's own task queue. */
  taskQueue: string;
  /** How urgent it is, and whose. */
  priority?: RunPriority;
  /** What is said of the agent's questions; without, everybody may answer until the run's deadline. */
  questions?: QuestionPolicy;
  /** Whether its account is known to have limits; the worker that starts it knows for certain. */
  limited?: boolean;
  /** Milliseconds for which its start may be refused before it is given up. Default: until the deadline. */
  refusedFor?: number;
  /** Whom its end is told. */
  batch?: BatchRef;
}

/** Who answers an agent's questions, and until when. */
export interface QuestionPolicy {
  /** Names of people or groups; empty: everybody. */
  assignees: string[];
  /** Milliseconds from the question; then a yes-or-no question is answered no, and for any other the run is stopped. */
  deadline?: number;
  escalation?: Rung[];
  /** Every answer is a secret: none may enter Temporal. Fields of the type `password` are so anyway. */
  direct?: true;
}

/** Who answers an agent's questions, and until when, as callers say it. */
export interface QuestionOptions {
  /** Names of people or groups who may answer. Default: everybody. */
  assignees?: string[];
  /**
   * From the question on, though never beyond the run's deadline. Then a yes-or-no question is answered no, and for any
   * other the run is stopped: it ends `failed` with `question-expired`. Default: until the run's deadline.
   */
  deadline?: Duration;
  /** Who is told next, and may answer from then on, when nobody has answered for so long. */
  escalate?: Escalation[];
  /** Every answer is a secret: none may enter Temporal. Fields of the type `password` are so anyway. Default false. */
  direct?: boolean;
}

/** A step of a ladder, as callers say it. */
export interface Escalation {
  /** From the question on. */
  after: Duration;
  /** Names of people or groups. */
  to: string[];
}

/** What is needed to speak of a started run to its provider. */
export interface ProviderHandle {
  /** Which start of this run it is, from 1. */
  generation: number;
  mark: string;
  runId?: string;
  /** Legacy task id, which its executions are read by. */
  taskId?: string;
  sessionId?: string;
  /** Whether Perdure opened the session, and therefore ends it. */
  ownsSession: boolean;
  /** The address of its live view, sealed for the mark. */
  liveView?: string;
  /** Whether the agent can ask a person, so that its questions are looked for. */
  asks?: boolean;
}

/** An error as it is kept in outcomes. */
export interface OutcomeError {
  /** Stable; one of `errorCodes`. */
  code: string;
  /** What happened, for people; it may change. */
  message: string;
  /** What to do about it. */
  hint?: string;
}

/** One start of the run at its provider. */
export interface Attempt {
  /** From 1; the next one only after a start of which nobody knows what became. */
  generation: number;
  /** `adopted`: its answer was lost, and the run was found by its mark or by a person. */
  outcome: 'accepted' | 'refused' | 'unknown' | 'adopted';
  /** ISO 8601, by the clock of the workflow. */
  startedAt: string;
  /** The id at the provider, where it gave one. */
  runId?: string;
  sessionId?: string;
  /** Why it was refused, or what was heard instead of an answer. */
  error?: OutcomeError;
  /** Of an unknown start: whether what it may have left is ended. */
  fence?: Fence;
  /** The run that showed after the start had been given up; it was stopped. */
  lateRunId?: string;
  /** What a reader of the outcome should know, such as fields that were sent unchecked. */
  notes: string[];
}

/** What the run used, as far as its provider says. */
export interface Usage {
  /** Looks at the provider's status. */
  polls?: number;
  /** Steps of the agent. */
  steps?: number;
  /** Provider credits. */
  credits?: number;
  /** Tokens of the model. */
  tokens?: number;
  /** Seconds between the provider's start and end of the run. */
  seconds?: number;
}

/** Whether everything that was paid for has been ended. */
export interface Cleanup {
  /** Whether the run and every session that Perdure opened for it were seen to be ended. */
  confirmed: boolean;
  /** What may still live: `session:<id>`, `run:<id>`. */
  left: string[];
}

/** A target that a step tried before the one that its outcome is of. */
export interface EarlierTarget {
  /** Of the run that was made of it. */
  key: string;
  /** `<provider>/<name>`. */
  account: string;
  status: FinalStatus;
  error?: OutcomeError;
}

/** All that is known of a run that has ended. */
export interface Outcome<T = Json> {
  /** What the run was started with. */
  key: string;
  endpoint: EndpointName;
  /** `<provider>/<name>`. Absent in what an earlier version wrote, and of a run that was ended from outside. */
  account?: string;
  /** How it ended. */
  status: FinalStatus;
  /** After an unknown start: whether what it may have left behind was seen to be ended. */
  fence?: Fence;
  /** The checked result of a completed run. */
  result?: T;
  /** The provider's answer as it was, when it did not fit the schema. */
  raw?: Json;
  /** Why it did not complete. */
  error?: OutcomeError;
  /** Every start that was sent or refused, in order. */
  attempts: Attempt[];
  /** The agent's questions, and what became of each. */
  questions: Question[];
  /** Whether anything may still live at the provider. */
  cleanup: Cleanup;
  /** What it used, as far as the provider says. */
  usage: Usage;
  /** Where a step failed over: what it tried before, in order. */
  failedOver?: EarlierTarget[];
  /** The ids of the run and its session at the provider, and its last status there. */
  provider: { runId?: string; sessionId?: string; status?: string };
  /** ISO 8601. */
  startedAt: string;
  endedAt: string;
}

/** What the query `perdure.status` answers. */
export interface RunReport {
  key: string;
  endpoint: EndpointName;
  /** `<provider>/<name>`. */
  account: string;
  status: RunStatus;
  /** The provider's own word, as of the last news. */
  providerStatus?: string;
  runId?: string;
  sessionId?: string;
  /** Which start it is, from 1. */
  generation: number;
  /** The address of the session's live view, sealed for this mark. */
  liveView?: { sealed: string; mark: string };
  /** Who has taken its browser over. */
  takeover?: Takeover;
  /** Its starts so far; absent where no worker tells. Of a run that has ended, the outcome has them. */
  attempts?: Attempt[];
  /** ISO 8601. */
  startedAt: string;
  /** Key of the batch that it is an item of. */
  batch?: string;
  /** Key of the plan that it is a step of. */
  plan?: string;
}
