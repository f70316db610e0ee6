import { type EndpointName, endpointNames } from '../../core/endpoints.js';
import { runStatuses } from '../../core/run.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { oneOf, statusesOf, tellList, toSeconds } from '../list-text.js';
import { lookOf, since } from '../run-text.js';
import type { Cell } from '../table.js';

/** What `perdure ls` is given. */
export interface LsOptions {
  status?: string[];
  endpoint?: string;
  account?: string;
  prefix?: string;
  limit: number;
}

/** Lists runs, newest first. */
export function ls(context: CommandContext, options: LsOptions): Promise<number> {
  const { output } = context;
  const { account, prefix, limit } = options;
  const status = statusesOf(runStatuses, options.status);
  const endpoint = options.endpoint === undefined ? undefined : endpointOf(options.endpoint);
  return withPerdure(context, async (perdure) => {
    const runs = await perdure.list({ status, endpoint, account, prefix, limit });
    const rows = runs.map(({ key, endpoint: of, account: by, status: state, startedAt, endedAt }): Cell[] => [
      key,
      of,
      by,
      { text: state, paint: (text) => output.paint(lookOf(state), text) },
      toSeconds(startedAt),
      since(startedAt, endedAt),
    ]);
    const head = ['KEY', 'ENDPOINT', 'ACCOUNT', 'STATUS', 'STARTED', 'TOOK'];
    tellList(output, { head, rows, limit, nothing: 'No runs.' });
    output.data({ runs });
    return exits.done;
  });
}

/** The endpoint of this name. Throws `bad-input`. */
export function endpointOf(name: string): EndpointName {
  return oneOf(endpointNames, name, 'endpoint');
}
