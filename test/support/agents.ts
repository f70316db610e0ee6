import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import type { EndpointName } from '../../src/core/endpoints.js';

/**
 * An agent of that endpoint whose every request can be told by `text`: it stands in what is asked and among the tags of
 * the session. No text should begin another.
 */
export function agentOf(endpoint: EndpointName, text: string): AgentSpec {
  const session = { tags: [text] };
  switch (endpoint) {
    case 'anchor.webTask':
      return anchor.webTask({ prompt: text, session });
    case 'anchor.sessionAgent':
      return anchor.sessionAgent({ prompt: text, session });
    case 'anchor.task':
      return anchor.task({ taskId: 'task-1', input_params: { Note: text }, session });
    case 'anchor.namedTask':
      return anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NOTE: text }, session });
    case 'browserbase.agentRun':
      return browserbase.agentRun({ task: text });
  }
}

/** An agent of that endpoint that may ask a person. */
export function askingAgentOf(endpoint: Exclude<EndpointName, 'anchor.namedTask'>, text: string): AgentSpec {
  const session = { tags: [text] };
  switch (endpoint) {
    case 'anchor.webTask':
      return anchor.webTask({ prompt: text, session, human_intervention: true });
    case 'anchor.sessionAgent':
      return anchor.sessionAgent({ prompt: text, session, human_intervention: true });
    case 'anchor.task':
      return agentOf(endpoint, text);
    case 'browserbase.agentRun':
      return browserbase.agentRun({ task: text, pauseWhen: 'something is unclear' });
  }
}
