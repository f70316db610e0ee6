export type { WebhookDelivery, WebhookEvent, WebhookOptions, WebhookSubscription } from './anchor/webhooks.js';
export type {
  AccountLimits,
  AnchorBehaviour,
  Behaviour,
  BehaviourChange,
  BrowserbaseBehaviour,
  Limits,
  SessionEndEffect,
} from './behaviour.js';
export { drivenClock, realClock, scaledClock, type SimulatorClock } from './clock.js';
export type { ControlLedger, ControlScripts, ControlState } from './control.js';
export { SimulatorError } from './error.js';
export {
  type Fault,
  type FaultKind,
  faultKinds,
  type FaultSource,
  type Occasion,
  type RandomFaultOptions,
  randomFaults,
} from './fault.js';
export type { HookCallback, HookEvent, HookWhere, Phase } from './hook.js';
export {
  type AnswerRecord,
  type EffectEntry,
  type EffectFilter,
  Ledger,
  type LedgerEntry,
  type LedgerSource,
  type NoteEntry,
  type RequestEntry,
  type RequestFilter,
  type RunRecord,
  type SessionRecord,
} from './ledger.js';
export type { PlainMatch, ScriptMatch } from './match.js';
export { type Operation, operations } from './operation.js';
export { connectSimulator, type RemoteSimulator } from './remote.js';
export {
  type Ending,
  type PlainQuestion,
  type QuestionField,
  type ReportedStatus,
  type ResultSource,
  type RunScript,
  script,
  ScriptBuilder,
  type ScriptedDownload,
  type ScriptedQuestion,
} from './script.js';
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.js';
