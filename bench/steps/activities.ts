import type { Provider } from '../../src/providers/provider.js';
import { startDirectly } from '../direct.js';
import type { PlannedRun } from '../task.js';

/** A start that the hand-written workflow asks for. */
export interface StartByHand {
  account: string;
  run: PlannedRun;
}

export type StepActivities = ReturnType<typeof stepActivities>;

/** The activity by which the hand-written workflow starts a run: one request, and nothing that would find a lost one. */
export function stepActivities(provider: (account: string) => Promise<Provider>) {
  return {
    benchStart: async ({ account, run }: StartByHand): Promise<string> => {
      const { runId = '' } = await startDirectly((await provider(account)).driver('browserbase.agentRun'), run);
      return runId;
    },
  };
}
