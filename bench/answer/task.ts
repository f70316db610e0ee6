import { type AgentSpec, browserbase } from '../../src/core/builders.js';
import { script, type ScriptBuilder } from '../../src/simulator/index.js';

const asking = 'asks a person.';

/** An agent that asks one question, and goes on for long after it, so that its run stays open. */
export function agentThatAsks(key: string): AgentSpec {
  return browserbase.agentRun({ task: `Bench ${key}; ${asking}`, pauseWhen: 'something is unclear' });
}

/** Has the simulated provider let each such run ask soon. */
export function asks(): ScriptBuilder {
  return script('browserbase.agentRun', { text: asking }).lasts('1 hour').asks({ message: 'Which one?', after: '2 s' });
}
