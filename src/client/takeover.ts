import type { Client } from '@temporalio/client';
import { PerdureError } from '../core/errors.js';
import { runWorkflowId, wire } from '../core/names.js';
import type { TakeoverMessage } from '../core/question.js';
import { takeoverOptions } from '../schemas/answer.js';
import { parse } from '../schemas/parse.js';
import type { Taken } from './answers.js';
import { sendUpdate } from './updates.js';

/** Who takes a browser over, or gives it back. */
export interface TakeoverOptions {
  /** Who takes it over, or gives it back. */
  by: string;
  /** Through what. Default `client`. */
  channel?: string;
  /** False gives it back. */
  hold: boolean;
}

/** Takes the browser of a run over, or gives it back. */
export async function sendTakeover(client: Client, key: string, options: TakeoverOptions): Promise<Taken> {
  const message: TakeoverMessage = parse(takeoverOptions, options, 'the takeover');
  const verdict = await sendUpdate<void, TakeoverMessage>(client, {
    workflowId: runWorkflowId(key),
    name: wire.takeover,
    message,
    missing: (cause) => runOver(key, cause),
  });
  return verdict.accepted ? { accepted: true } : verdict;
}

function runOver(key: string, cause: unknown): PerdureError {
  return new PerdureError({
    code: 'run-not-found',
    message: `No run with the key '${key}' goes on: it has ended, or never was.`,
    hint: 'List the runs with: npx perdure ls.',
    cause,
  });
}
