import { batchStatuses } from '../../core/batch.js';
import { endedOf } from '../batch-progress.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { statusesOf, tellList, toSeconds } from '../list-text.js';
import { lookOf, since } from '../run-text.js';
import type { Cell } from '../table.js';
import type { ShortLsOptions } from './plan-ls.js';

/** Lists batches, newest first. */
export function batchLs(context: CommandContext, { status, prefix, limit }: ShortLsOptions): Promise<number> {
  const { output } = context;
  const wanted = statusesOf(batchStatuses, status);
  return withPerdure(context, async (perdure) => {
    const batches = await perdure.listBatches({ status: wanted, prefix, limit });
    const rows = batches.map(({ key, status: state, startedAt, endedAt, report }): Cell[] => [
      key,
      { text: state, paint: (text) => output.paint(lookOf(state), text) },
      report ? `${endedOf(report)}/${report.items + (report.notStarted ?? 0)}` : '?',
      report ? String(endedOf(report) - (report.byStatus.completed ?? 0)) : '?',
      report && report.usage.credits > 0 ? String(Math.round(report.usage.credits * 100) / 100) : '',
      toSeconds(startedAt),
      since(startedAt, endedAt),
    ]);
    const head = ['KEY', 'STATUS', 'ENDED', 'NOT COMPLETED', 'CREDITS', 'STARTED', 'TOOK'];
    tellList(output, { head, rows, limit, nothing: 'No batches.' });
    output.data({ batches });
    return exits.done;
  });
}
