import { getExternalWorkflowHandle, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Amounts } from '../src/core/budget.js';
import { budgetOwnerMemo } from './carried-names.js';
import { Decisions, reservedSignal, reserveSignal, type Till, usedSignal } from './till.js';

/** How long a decision is waited for until it is asked for again: an owner that has ended meanwhile answers nothing. */
const patienceMs = 10 * 60_000;

/** The budget of a workflow above this one. */
class DistantTill implements Till {
  constructor(
    private readonly owner: string,
    private readonly decided: Decisions,
  ) {}

  async reserve(id: string, most: Amounts, scale: number): Promise<string | undefined> {
    const { workflowId: from } = workflowInfo();
    const decision = decisionKey(this.owner, id);
    this.decided.expect(decision);
    do {
      try {
        // Asked for again, it is answered as it was, or keeps its place.
        await getExternalWorkflowHandle(this.owner).signal(reserveSignal, { id, most, from });
      } catch (error) {
        if (isCancellation(error)) throw error;
        return `The workflow ${this.owner}, whose budget this is part of, has ended.`;
      }
    } while (!(await this.decided.came(decision, patienceMs * scale)));
    return this.decided.fetch(decision);
  }

  async settle(id: string, used: Amounts): Promise<void> {
    // Where it has ended nobody counts any more.
    await getExternalWorkflowHandle(this.owner)
      .signal(usedSignal, { id, used })
      .catch(() => undefined);
  }
}

const tillsProperty = 'perdureDistantTills';

/** The budgets of the workflows above this one, the nearest first. */
export function distantTills(): readonly Till[] {
  const known: unknown = Reflect.get(globalThis, tillsProperty);
  if (known instanceof Array) return known;
  const owners = budgetOwners(workflowInfo().memo);
  const decided = new Decisions();
  if (owners.length > 0) {
    setHandler(reservedSignal, ({ by = owners[0] ?? '', ...decision }) =>
      decided.take({ ...decision, id: decisionKey(by, decision.id) }),
    );
  }
  const tills = owners.map((owner) => new DistantTill(owner, decided));
  Reflect.set(globalThis, tillsProperty, tills);
  return tills;
}

/** Workflow ids of those whose budgets a workflow is part of, the nearest first. */
export function budgetOwners(memo: Record<string, unknown> | undefined): string[] {
  const owners = memo?.[budgetOwnerMemo];
  if (typeof owners === 'string') return [owners];
  return Array.isArray(owners) ? owners.filter((owner) => typeof owner === 'string') : [];
}

function decisionKey(owner: string, id: string): string {
  return `${owner} ${id}`;
}
