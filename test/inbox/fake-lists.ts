import type { BatchFilter, BatchSummary } from '../../src/client/batch/batch-list.js';
import type { PlanFilter } from '../../src/client/plan-list.js';
import { type BatchReport, statusOfBatch } from '../../src/core/batch.js';
import { PerdureError } from '../../src/core/errors.js';
import { type PlanOutcome, type PlanReport, planWorkflowId } from '../../src/core/plan.js';

/** The plans and batches that a client in memory holds. */
export class FakeLists {
  readonly plans = new Map<string, PlanReport>();
  readonly outcomes = new Map<string, PlanOutcome>();
  readonly batches = new Map<string, BatchSummary>();
  readonly cancelled: string[] = [];
  /** What every call throws, as long as it is set. */
  down: unknown;

  async up(): Promise<void> {
    await Promise.resolve();
    if (this.down) throw this.down;
  }

  batch(key: string, change: Partial<BatchReport> = {}): BatchSummary {
    const report: BatchReport = {
      key,
      items: 4,
      queued: 1,
      live: 1,
      byStatus: { completed: 1, failed: 1 },
      failures: { 'run-failed': 1 },
      usage: { credits: 1.5, seconds: 90, steps: 12 },
      slowest: [{ key: 'a', ms: 61_000, run: `${key}/a:2` }],
      startedAt: new Date(Date.now() - 120_000).toISOString(),
      ...change,
    };
    const { startedAt, endedAt } = report;
    const batch = { key, status: statusOfBatch(report), startedAt, ...(endedAt !== undefined && { endedAt }), report };
    this.batches.set(key, batch);
    return batch;
  }

  async listBatches(filter: BatchFilter): Promise<BatchSummary[]> {
    await this.up();
    return fitting([...this.batches.values()], filter);
  }

  async findBatch(key: string): Promise<BatchSummary> {
    await this.up();
    const found = this.batches.get(key);
    if (!found) throw new PerdureError({ code: 'batch-not-found', message: 'none' });
    return found;
  }

  cancelBatch = (key: string) => this.up().then(() => void this.cancelled.push(key));

  async listPlans(filter: PlanFilter) {
    await this.up();
    const plans = [...this.plans.values()].map(({ steps, ...plan }) => ({ ...plan, steps: steps.length }));
    return fitting(plans, filter);
  }

  getPlan = (key: string) => {
    const report = (): PlanReport => {
      const found = this.plans.get(key);
      if (!found) throw new PerdureError({ code: 'run-not-found', message: 'none' });
      return found;
    };
    const ended = () => ({ ...report(), status: 'completed' as const, endedAt: new Date().toISOString() });
    return {
      workflowId: planWorkflowId(key),
      status: () => this.up().then(report),
      outcome: () => this.up().then(() => this.outcomes.get(key) ?? ended()),
      cancel: () => this.up().then(() => void this.cancelled.push(key)),
    };
  };
}

function fitting<T extends { key: string; status: string }>(
  all: readonly T[],
  { limit = 100, skip = 0, status, prefix = '' }: { limit?: number; skip?: number; status?: string[]; prefix?: string },
): T[] {
  const fit = all.filter((each) => (!status || status.includes(each.status)) && each.key.startsWith(prefix));
  return fit.slice(skip, skip + limit);
}
