import { parse } from '../../schemas/parse.js';
import { startOptions } from '../../schemas/start.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { agentOf, type AgentFlags } from '../agent-flags.js';
import { readJson } from '../json-file.js';
import { tellOutcome, tellStanding, waitFor } from '../waiting.js';
import { isJsonObject } from '../json-file.js';
import { PerdureError } from '../../core/errors.js';
import { endpointOf } from './ls.js';

/** What `perdure run` is given. */
export interface RunOptions extends AgentFlags {
  endpoint: string;
  key: string;
  body?: string;
  schema?: string;
  effect?: 'read' | 'write';
  deadline?: string;
  account?: string;
  wait: boolean;
}

/** Starts a run, or finds the one that has its key, and waits for its end. */
export async function run(context: CommandContext, options: RunOptions): Promise<number> {
  const { key, effect, account, deadline } = options;
  const body = options.body === undefined ? {} : await readJson(context, options.body, '--body');
  if (!isJsonObject(body)) throw new PerdureError({ code: 'bad-input', message: 'The body must be a JSON object.' });
  const agent = agentOf(endpointOf(options.endpoint), body, options);
  const result = options.schema === undefined ? undefined : await readJson(context, options.schema, '--schema');
  if (result !== undefined && !isJsonObject(result)) {
    throw new PerdureError({ code: 'bad-input', message: 'The schema must be a JSON object.' });
  }
  const start = { key, agent, account, result, effect, deadline };
  // Told before anything is connected to, so that it does not depend on a server.
  parse(startOptions, start, 'the start options');
  return withPerdure(context, async (perdure, { taskQueue }) => {
    const handle = await perdure.start(start);
    if (!options.wait) return tellStanding(context, handle, await handle.status());
    const outcome = await waitFor(context, handle, { perdure, taskQueue: taskQueue.value });
    return outcome ? tellOutcome(context, outcome) : exits.interrupted;
  });
}
