import type { Client } from '@temporalio/client';
import { deploymentPrefix, markPrefix } from '../src/core/mark.js';
import { attributeOf, deadlineMemo, keyOfWorkflowId } from '../src/core/names.js';

/** Whether the workflow of a run goes on, has ended, or is not known to Temporal. */
export type WorkflowState = 'open' | 'closed' | 'gone';

/** Which runs of a deployment have an open workflow, asked of Temporal by their marks. */
export class OpenRuns {
  private constructor(
    private readonly client: Client,
    private readonly open: ReadonlySet<string>,
    /** Keys of open runs that should have ended by now. */
    readonly overdue: string[],
  ) {}

  /** Reads which are open. */
  static async read(client: Client, deployment: string): Promise<OpenRuns> {
    const open = new Set<string>();
    const overdue: string[] = [];
    const query = `${markedRuns(deploymentPrefix(deployment))} AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, memo, typedSearchAttributes } of client.workflow.list({ query })) {
      const mark = attributeOf(typedSearchAttributes, 'PerdureMark');
      if (mark !== undefined) open.add(markPrefix(mark));
      if (Number(memo?.[deadlineMemo]) < Date.now()) overdue.push(keyOfWorkflowId(workflowId) ?? workflowId);
    }
    return new OpenRuns(client, open, overdue);
  }

  /** How the workflow stands whose run carries this mark, of whichever generation. */
  async workflowOf(mark: string): Promise<WorkflowState> {
    const prefix = markPrefix(mark);
    return this.open.has(prefix) ? 'open' : this.#lookUp(prefix);
  }

  /** Lists are behind what is true by seconds, so each execution is looked at by itself before it counts as closed. */
  async #lookUp(prefix: string): Promise<WorkflowState> {
    const ids = new Set<string>();
    for await (const { workflowId } of this.client.workflow.list({ query: markedRuns(prefix) })) ids.add(workflowId);
    for (const id of ids) if (await this.#isOpen(id, prefix)) return 'open';
    return ids.size > 0 ? 'closed' : 'gone';
  }

  async #isOpen(workflowId: string, prefix: string): Promise<boolean> {
    const { status, typedSearchAttributes } = await this.client.workflow.getHandle(workflowId).describe();
    const mark = attributeOf(typedSearchAttributes, 'PerdureMark');
    // One that has no mark yet may be the same run, begun again after a reset.
    return status.name === 'RUNNING' && (mark === undefined || mark.startsWith(prefix));
  }
}

function markedRuns(prefix: string): string {
  return `WorkflowType = 'agentRun' AND PerdureMark STARTS_WITH '${prefix}'`;
}
