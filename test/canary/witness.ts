import type { Client } from '@temporalio/client';
import { runWorkflowId } from '../../src/core/names.js';
import type { HookEvent } from '../../src/simulator/hook.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { textOf } from './text-of.js';

const looks = 12;

/**
 * Looks at runs while they live: whenever a request of a run comes in, which is held meanwhile, it has the run
 * described, with its pending activities, their last failures and heartbeats.
 */
export class Witness {
  readonly seen: string[] = [];
  readonly #left = new Map<string, number>();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  watch(simulator: Simulator, keys: readonly string[]): void {
    for (const key of keys) this.#left.set(key, looks);
    simulator.when({ phase: 'received' }, (event) => this.#look(event));
  }

  async #look({ text = '', tags = [] }: HookEvent): Promise<void> {
    const said = [text, ...tags].join('\n');
    const [key, left] = [...this.#left].find(([name]) => said.includes(`${name};`)) ?? [];
    if (key === undefined || left === undefined || left <= 0) return;
    this.#left.set(key, left - 1);
    const { raw } = await this.#client.workflow.getHandle(runWorkflowId(key)).describe();
    this.seen.push(textOf(raw.pendingActivities), textOf(raw.workflowExecutionInfo));
  }
}
