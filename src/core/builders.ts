import type { NamedTaskInput, SessionAgentInput, TaskInput, WebTaskInput } from './anchor-input.js';
import type { BrowserbaseAgentRunInput } from './browserbase-input.js';
import { endpointFlags } from './endpoints.js';

/** The input of each endpoint's builder. */
export interface EndpointInputs {
  'anchor.webTask': WebTaskInput;
  'anchor.sessionAgent': SessionAgentInput;
  'anchor.task': TaskInput;
  'anchor.namedTask': NamedTaskInput;
  'browserbase.agentRun': BrowserbaseAgentRunInput;
}

/** One agent run to be started: an endpoint and what it is given. Plain data; made by a builder. */
export type AgentSpec = {
  [E in keyof EndpointInputs]: { endpoint: E; input: EndpointInputs[E] };
}[keyof EndpointInputs];

/** Builders of Anchor Browser's four endpoints. They only record; nothing is sent, and `start` checks the fields. */
export const anchor = {
  /** A task from a prompt, optionally at a URL. The usual choice. */
  webTask: (input: WebTaskInput): AgentSpec => ({ endpoint: 'anchor.webTask', input }),
  /** A task in a session's agent by one long blocking call, which dies with its worker. */
  sessionAgent: (input: SessionAgentInput): AgentSpec => ({ endpoint: 'anchor.sessionAgent', input }),
  /** A task made before, by its id. */
  task: (input: TaskInput): AgentSpec => ({ endpoint: 'anchor.task', input }),
  /** A legacy task, by its name. */
  namedTask: (input: NamedTaskInput): AgentSpec => ({ endpoint: 'anchor.namedTask', input }),
} as const;

/** Builder of Browserbase's endpoint. */
export const browserbase = {
  /** An agent run from a task in words. */
  agentRun: (input: BrowserbaseAgentRunInput): AgentSpec => ({ endpoint: 'browserbase.agentRun', input }),
} as const;

/** The session of the caller's that a run is to use, if any. */
export function callerSession(agent: AgentSpec): string | undefined {
  if (agent.endpoint === 'anchor.webTask' || agent.endpoint === 'anchor.namedTask') return agent.input.sessionId;
  if (agent.endpoint === 'anchor.sessionAgent' || agent.endpoint === 'anchor.task') return agent.input.session_id;
  return undefined;
}

/** Whether the agent can ask a person, as far as its input tells (a v2 task may: that is set when it is generated). */
export function mayAsk(agent: AgentSpec): boolean {
  switch (agent.endpoint) {
    case 'anchor.webTask':
    case 'anchor.sessionAgent':
      return agent.input.human_intervention === true && agent.input.session !== 'provider';
    case 'anchor.task':
      return agent.input.session !== 'provider';
    case 'anchor.namedTask':
      return false;
    case 'browserbase.agentRun':
      return agent.input.pauseWhen !== undefined || agent.input.agentId !== undefined;
  }
}

/** Whether the provider is told the mark, by which a lost start is found. */
export function isMarked({ input }: AgentSpec): boolean {
  return !('mark' in input && input.mark === 'off');
}

/** By what a lost start of the agent can be looked for: its mark in the run, or the session that it was given. */
export function traceOf(agent: AgentSpec, ownsSession: boolean): 'mark' | 'session' | 'none' {
  const { canFind } = endpointFlags[agent.endpoint];
  if (canFind === 'byText') return isMarked(agent) ? 'mark' : 'none';
  return canFind === 'byTag' && ownsSession ? 'session' : 'none';
}

/** Whether Perdure opens a session for the run, and therefore ends it. */
export function opensSession(agent: AgentSpec): boolean {
  const session = 'session' in agent.input ? agent.input.session : undefined;
  return endpointFlags[agent.endpoint].ownsSession && callerSession(agent) === undefined && session !== 'provider';
}
