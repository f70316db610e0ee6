import type { AnchorAdditions } from '../../src/core/anchor-input.js';
import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import type { PlannedRun } from './program.js';

/** The agent of a planned run; its name stands in what is asked, and among the tags of its session. */
export async function agentOf(plan: PlannedRun, simulator: Simulator): Promise<AgentSpec> {
  const { name, endpoint, life, marked } = plan;
  const human_intervention = life.asks.length > 0;
  const sessionId = plan.session === 'caller' ? await openSession(simulator, name) : undefined;
  const session = sessionOf(plan);
  switch (endpoint) {
    case 'anchor.webTask':
      return anchor.webTask({ prompt: name, human_intervention, ...session, ...(sessionId && { sessionId }) });
    case 'anchor.sessionAgent':
      return anchor.sessionAgent({
        prompt: name,
        human_intervention,
        ...session,
        ...(sessionId && { session_id: sessionId }),
      });
    case 'anchor.task':
      return anchor.task({
        taskId: 'task-1',
        input_params: { Note: name },
        ...session,
        ...(sessionId && { session_id: sessionId }),
      });
    case 'anchor.namedTask':
      return anchor.namedTask({
        taskName: `task-${name.replace(/\W/g, '')}`,
        inputs: { ANCHOR_NOTE: name },
        ...session,
        ...(sessionId && { sessionId }),
      });
    case 'browserbase.agentRun':
      return browserbase.agentRun({
        task: name,
        ...(human_intervention && { pauseWhen: 'something is unclear' }),
        ...(!marked && { mark: 'off' }),
      });
  }
}

function sessionOf({ name, session }: PlannedRun): Pick<AnchorAdditions, 'session'> {
  if (session === 'provider') return { session: 'provider' };
  return session === 'own' ? { session: { tags: [name] } } : {};
}

/** Opens a session as a caller would who has one of his own; no fault is to hit this. */
async function openSession({ anchorUrl, keys }: Simulator, name: string): Promise<string> {
  const reply = await fetch(`${anchorUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'anchor-api-key': keys.anchor[0] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ session: { tags: [`callers-${name}`], timeout: { max_duration: -1, idle_timeout: -1 } } }),
  });
  const { data } = (await reply.json()) as { data: { id: string } };
  return data.id;
}
