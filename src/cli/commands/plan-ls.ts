import { planStatuses } from '../../core/plan.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { statusesOf, tellList, toSeconds } from '../list-text.js';
import { lookOf, since } from '../run-text.js';
import type { Cell } from '../table.js';

/** What `perdure plan ls` and `perdure batch ls` are given. */
export interface ShortLsOptions {
  status?: string[];
  prefix?: string;
  limit: number;
}

/** Lists plans, newest first. */
export function planLs(context: CommandContext, { status, prefix, limit }: ShortLsOptions): Promise<number> {
  const { output } = context;
  const wanted = statusesOf(planStatuses, status);
  return withPerdure(context, async (perdure) => {
    const plans = await perdure.listPlans({ status: wanted, prefix, limit });
    const rows = plans.map(({ key, name = '', steps = '', status: state, startedAt, endedAt }): Cell[] => [
      key,
      { text: state, paint: (text) => output.paint(lookOf(state), text) },
      String(steps),
      toSeconds(startedAt),
      since(startedAt, endedAt),
      name,
    ]);
    const head = ['KEY', 'STATUS', 'STEPS', 'STARTED', 'TOOK', 'NAME'];
    tellList(output, { head, rows, limit, nothing: 'No plans.' });
    output.data({ plans });
    return exits.done;
  });
}
