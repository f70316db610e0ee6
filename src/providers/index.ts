/**
 * The providers' clients, and the one interface that workflows use them by.
 * @module perdure/providers
 */

export { type EndpointFlags, type ProviderName, publicServers } from '../core/endpoints.js';
export type { Reading, ReadingState } from '../core/reading.js';
export type { Resolved } from '../core/secret.js';
export type { HttpLimits } from '../http/client.js';
export type { ObservedRequest, RequestEnd } from '../http/observe.js';
export type { AgentRunBody, NamedTaskBody, SessionBody, TaskBody, WebTaskBody } from './anchor/bodies.js';
export { type AnchorClient, createAnchorClient } from './anchor/client.js';
export type { AnchorRequest } from './anchor/question.js';
export type { AnchorAgent, AnchorLegacyTasks, AnchorTasks, AnchorTools } from './anchor/run-calls.js';
export type {
  AgentAnswer,
  AnchorRunState,
  LegacyExecution,
  LegacyTaskStarted,
  TaskRunState,
  WebTaskStarted,
} from './anchor/run-schemas.js';
export type {
  AnchorCreatedSession,
  AnchorSessionFilter,
  AnchorSessionPage,
  AnchorSessions,
} from './anchor/session-calls.js';
export type { AnchorFile, AnchorSessionInfo } from './anchor/session-schemas.js';
export {
  type BrowserbaseClient,
  type BrowserbaseDownloads,
  type BrowserbaseRunFilter,
  type BrowserbaseRuns,
  type BrowserbaseSessions,
  createBrowserbaseClient,
} from './browserbase/client.js';
export type {
  BrowserbaseMessage,
  BrowserbaseRun,
  BrowserbaseSession,
  MessagePart,
  ResumeBody,
  RunBody,
} from './browserbase/schemas.js';
export { createProvider } from './create-provider.js';
export type {
  Accepted,
  Account,
  Call,
  Ending,
  EndpointDriver,
  FileCall,
  FindQuery,
  Found,
  Message,
  MessagePage,
  Observe,
  OpenedSession,
  Provider,
  SessionFile,
  SessionRequest,
  SessionState,
  StartRequest,
  TakeFile,
} from './provider.js';
export { type LookTerms, RequestBudget } from './request-budget.js';
export type { Look } from './status-many.js';
