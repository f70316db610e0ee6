import { PerdureError } from '../../src/core/errors.js';
import { type PlanReport, planWorkflowId } from '../../src/core/plan.js';

/** A plan as a client in memory has it; `up` throws while the client is down. */
export function planOf(
  plans: ReadonlyMap<string, PlanReport>,
  key: string,
  { up, cancel }: { up: () => Promise<void>; cancel: () => void },
) {
  const report = (): PlanReport => {
    const found = plans.get(key);
    if (!found) throw new PerdureError({ code: 'run-not-found', message: 'none' });
    return found;
  };
  return {
    workflowId: planWorkflowId(key),
    status: () => up().then(report),
    outcome: () => up().then(() => ({ ...report(), status: 'completed' as const, endedAt: new Date().toISOString() })),
    cancel: () => up().then(cancel),
  };
}
