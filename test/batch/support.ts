import { readFile } from 'node:fs/promises';
import type { BatchItem } from '../../src/client/batch/options.js';
import { type AgentSpec, browserbase } from '../../src/core/builders.js';

/** An item of a batch that is tested. */
export interface Site {
  key: string;
  text?: string;
}

/** So many sites, named from `s0` on. */
export function sites(count: number): Site[] {
  return Array.from({ length: count }, (_, index) => ({ key: `s${index}` }));
}

/** Makes agents whose texts begin with the name of their batch. */
export function agentOf(batch: string): (site: Site) => AgentSpec {
  return ({ key, text }) => browserbase.agentRun({ task: `${batch}: ${text ?? key}.` });
}

/** All that a batch gives. */
export async function drain<T>(batch: AsyncIterable<BatchItem<T>>): Promise<BatchItem<T>[]> {
  const items = [];
  for await (const item of batch) items.push(item);
  return items;
}

/** The lines of a results file. */
export async function linesOf(file: string): Promise<unknown[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}
