import type { AgentSpec } from '../../src/core/builders.js';
import { runAgent } from '../../workflows/index.js';

export { account, agentRun, batchRun, notice, plan, watcher } from '../../workflows/index.js';

/** The same runs one after the other, in the few lines of a workflow that a plan stands for. */
export async function byCode({ agents, account: at }: { agents: AgentSpec[]; account: string }): Promise<number> {
  for (const [index, agent] of agents.entries()) await runAgent({ name: `step-${index + 1}`, agent, account: at });
  return agents.length;
}
