import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { PerdureError } from '../core/errors.js';
import { isKey } from '../core/names.js';
import { translateError } from './connection.js';
import { isOwn } from './own-runs.js';

/** What lists of all kinds are narrowed by; what is left out does not matter. */
export interface ListFilter {
  /** The beginning of the key. */
  prefix?: string;
  /** Only what this deployment started. Default: every deployment's. */
  deployment?: string;
  /** Default 100. */
  limit?: number;
  /** How many of the newest are left out. Default 0. */
  skip?: number;
}

/** Goes through the executions that a query finds, newest first, and makes lines of those that `make` knows as such. */
export async function listExecutions<T>(
  client: Client,
  query: string,
  { deployment, limit = 100, skip = 0 }: ListFilter,
  make: (info: WorkflowExecutionInfo) => T | undefined,
): Promise<T[]> {
  const lines: T[] = [];
  let left = skip;
  try {
    for await (const info of client.workflow.list({ query })) {
      if (deployment !== undefined && !isOwn(info, deployment)) continue;
      const line = make(info);
      if (line === undefined) continue;
      left -= 1;
      if (left < 0) lines.push(line);
      if (lines.length >= limit) break;
    }
  } catch (error) {
    throw translateError(error, client.options.namespace);
  }
  return lines;
}

/** One of the names. Throws `bad-input` for any other. */
export function oneOf<T extends string>(names: readonly T[], name: T): T {
  if (names.includes(name)) return name;
  throw new PerdureError({
    code: 'bad-input',
    message: `There is no '${name}'.`,
    hint: `There are ${names.join(', ')}.`,
  });
}

/** A text that may stand in a query as it is. Throws `bad-input` for any other. */
export function plain(text: string): string {
  if (isKey(text)) return text;
  throw new PerdureError({
    code: 'bad-input',
    message: `'${text}' has characters that neither keys nor accounts have.`,
    hint: 'They have A-Z a-z 0-9 . _ / : - only.',
  });
}
