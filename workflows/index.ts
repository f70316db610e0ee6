export { anchor, browserbase } from '../src/core/builders.js';
export { secret } from '../src/core/secret.js';
export { type AgentStep, type SchemaRef, schema } from '../src/core/step.js';
export { account } from './account.js';
export { agentRun, changedSignal, statusQuery } from './agent-run.js';
export { answerSignal, answerUpdate, questionsQuery } from './answers.js';
export { sweep } from './sweep.js';
export { runAgent, runAgentOutcome } from './run-agent.js';
export { watcher } from './watcher.js';
