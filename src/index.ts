/**
 * The client: connects, starts runs, batches and plans, answers questions, and builds agents.
 * @module perdure
 */

export type { AccountState } from './client/accounts.js';
export type { AdoptOptions } from './client/adopt.js';
export type { AnswerOptions, ClaimOptions, SettleOptions, Taken } from './client/answers.js';
export type { BatchHandle } from './client/batch/batch-handle.js';
export type { BatchFilter, BatchSummary } from './client/batch/batch-list.js';
export type { BatchItem, BatchOptions, BatchTerms } from './client/batch/options.js';
export { type ConnectOptions, connect } from './client/connect.js';
export { type RunSummary } from './client/description.js';
export { Perdure, type StartOptions } from './client/perdure.js';
export { PlanHandle } from './client/plan-handle.js';
export type { PlanOptions } from './client/plan-input.js';
export type { PlanFilter, PlanSummary } from './client/plan-list.js';
export type { PlanSchedule } from './client/plans.js';
export type { QuestionFilter, WaitingQuestions } from './client/questions.js';
export { type RunFilter } from './client/run-filter.js';
export type { SweepOptions } from './client/sweep.js';
export { RunHandle } from './client/run-handle.js';
export type { TakeoverOptions } from './client/takeover.js';
export type { BatchReport, BatchStatus, EarlierEnd, ItemPlaces, RunEnd, Stopped, StopOn } from './core/batch.js';
export type { AccountReport, Holder, Limits, RunPriority } from './core/admission.js';
export type {
  AnchorProxy,
  AnchorSession,
  AnchorSessionConfig,
  CustomProxy,
  NamedTaskInput,
  SessionAgentInput,
  TaskInput,
  WebTaskInput,
} from './core/anchor-input.js';
export type { BrowserbaseAgentRunInput, BrowserbaseBrowserSettings } from './core/browserbase-input.js';
export { type AgentSpec, anchor, browserbase, type EndpointInputs } from './core/builders.js';
export type { ClaimGrant, ClaimVerdict } from './core/claim.js';
export type { Duration } from './core/duration.js';
export type { EndpointName } from './core/endpoints.js';
export { type ErrorCode, isPerdureError, isRunError, PerdureError, RunError } from './core/errors.js';
export type { Json, JsonObject } from './core/json.js';
export type {
  PlanApproval,
  PlanDocument,
  PlanItems,
  PlanOutcome,
  PlanPiece,
  PlanReport,
  PlanStatus,
  PlanStep,
  PlanStepReport,
  PlanStepStatus,
  PlanTarget,
} from './core/plan.js';
export type {
  AnswerForm,
  AnswerVerdict,
  ProviderQuestion,
  Question,
  QuestionField,
  QuestionKind,
  QuestionState,
  Reply,
  Rung,
  SettleMessage,
  Takeover,
} from './core/question.js';
export type {
  Attempt,
  Cleanup,
  EarlierTarget,
  Effect,
  Escalation,
  Fence,
  FinalStatus,
  OnUnknownStart,
  Outcome,
  OutcomeError,
  ProviderHandle,
  QuestionOptions,
  RunReport,
  RunStatus,
  Usage,
} from './core/run.js';
export { type SecretRef, secret } from './core/secret.js';
export type { Orphan, SweepReport, SweptAccount } from './core/sweep.js';
export { defaultTimings, scaleTimings, type Timings } from './core/timings.js';
export type { WatcherReport } from './core/watch.js';
export { type CheckedPlan, checkPlan, isPlanError, PlanError, type PlanProblem } from './plan/index.js';
export { encryptingConverter } from './secrets/data-converter.js';
export { type KeyRing, type NamedKey, parseKeys } from './secrets/key-ring.js';
export { type CodecOptions, EncryptingCodec } from './secrets/payload-codec.js';
export { traceClient } from './telemetry/client-tracing.js';
