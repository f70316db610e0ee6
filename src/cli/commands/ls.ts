import { type EndpointName, endpointNames } from '../../core/endpoints.js';
import { PerdureError } from '../../core/errors.js';
import { runStatuses } from '../../core/run.js';
import { nearest } from '../../schemas/nearest.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { lookOf, since } from '../run-text.js';
import { type Cell, layOut } from '../table.js';

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
  const status = options.status?.flatMap((text) => text.split(',')).map((name) => oneOf(runStatuses, name, 'status'));
  const endpoint = options.endpoint === undefined ? undefined : endpointOf(options.endpoint);
  return withPerdure(context, async (perdure) => {
    const runs = await perdure.list({ status, endpoint, account, prefix, limit });
    const rows = runs.map(({ key, endpoint: of, account: by, status: state, startedAt, endedAt }): Cell[] => [
      key,
      of,
      by,
      { text: state, paint: (text) => output.paint(lookOf(state), text) },
      startedAt.replace(/\.\d+Z$/, 'Z'),
      since(startedAt, endedAt),
    ]);
    const head = ['KEY', 'ENDPOINT', 'ACCOUNT', 'STATUS', 'STARTED', 'TOOK'];
    const titles = head.map((text): Cell => ({ text, paint: (title) => output.paint('dim', title) }));
    if (rows.length === 0) output.note('No runs.');
    else output.say(layOut([titles, ...rows]).join('\n'));
    if (runs.length === limit) output.note(`Only the newest ${limit} are listed; --limit lists more.`);
    output.data({ runs });
    return exits.done;
  });
}

/** The endpoint of this name. Throws `bad-input`. */
export function endpointOf(name: string): EndpointName {
  return oneOf(endpointNames, name, 'endpoint');
}

function oneOf<T extends string>(names: readonly T[], given: string, what: string): T {
  const found = names.find((name) => name === given);
  if (found) return found;
  const near = nearest(given, names);
  throw new PerdureError({
    code: 'bad-input',
    message: `There is no ${what} '${given}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
    hint: `There are ${names.join(', ')}.`,
  });
}
