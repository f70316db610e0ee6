import type { Perdure } from '../../client/perdure.js';
import type { SweepOptions } from '../../client/sweep.js';
import type { Orphan, SweepReport } from '../../core/sweep.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellError } from '../failure.js';
import { since } from '../run-text.js';
import { type Cell, layOut } from '../table.js';

/** What `perdure sweep` is given. */
export interface SweepCommandOptions {
  yes?: boolean;
  account?: string[];
  olderThan?: string;
  acceptCluster?: boolean;
  /** How often; the sweep is not made now then. */
  schedule?: string;
  unschedule?: boolean;
}

/** Ends what lives at the providers though its workflow has ended; without `--yes` it only tells. */
export function sweep(context: CommandContext, options: SweepCommandOptions): Promise<number> {
  return withPerdure(context, async (perdure) => {
    if (options.unschedule) return unschedule(context, perdure);
    const { yes: end = false, account: accounts, olderThan, acceptCluster } = options;
    const asked: SweepOptions = { end, accounts, olderThan, acceptCluster };
    if (options.schedule !== undefined) return schedule(context, perdure, { every: options.schedule, asked });
    return tellReport(context, await perdure.sweep(asked));
  });
}

async function schedule(
  { output }: CommandContext,
  perdure: Perdure,
  { every, asked }: { every: string; asked: SweepOptions },
): Promise<number> {
  const scheduleId = await perdure.scheduleSweep(every, asked);
  const effect = asked.end ? 'ends what it finds' : 'only tells what it finds; with --yes it ends it';
  output.say(`Swept every ${every} by the schedule '${scheduleId}', which ${effect}.`);
  output.data({ scheduleId, end: asked.end });
  return exits.done;
}

async function unschedule({ output }: CommandContext, perdure: Perdure): Promise<number> {
  const removed = await perdure.unscheduleSweep();
  output.say(removed ? 'The schedule is gone.' : 'There was no schedule.');
  output.data({ removed });
  return exits.done;
}

function tellReport({ output }: CommandContext, report: SweepReport): number {
  const { deployment, end, accounts } = report;
  const orphans = accounts.flatMap(({ account, orphans: found }) => found.map((orphan) => ({ account, orphan })));
  const title = (text: string): Cell => ({ text, paint: (shown) => output.paint('dim', shown) });
  const head = ['ACCOUNT', 'WHAT', 'ID', 'AGE', 'WORKFLOW', 'STATE'].map(title);
  if (orphans.length > 0) {
    output.say(layOut([head, ...orphans.map(({ account, orphan }) => rowOf(account, orphan))]).join('\n'));
  }
  const kept = accounts.reduce((sum, account) => sum + account.kept, 0);
  const looked =
    accounts.length === 0
      ? 'no account: the worker knows none by name; --account names one'
      : accounts.map(({ account }) => account).join(', ');
  output.note(`Deployment ${deployment} at ${looked}: ${orphans.length} left behind, ${kept} in use or too young.`);
  if (!end && orphans.length > 0) output.note('Nothing was ended. To end them: npx perdure sweep --yes');
  if (report.overdue.length > 0)
    output.note(`Should have ended by now: ${report.overdue.join(', ')}. See: npx perdure doctor`);
  for (const { account, error } of accounts) {
    if (error) tellError(output, { message: `${account}: ${error.message}`, hint: error.hint });
  }
  output.data(report);
  const failed = accounts.some(({ error }) => error) || orphans.some(({ orphan }) => orphan.state === 'unconfirmed');
  return failed ? exits.failed : exits.done;
}

function rowOf(account: string, { kind, id, createdAt, workflow, state }: Orphan): Cell[] {
  return [account, kind, id, since(createdAt), workflow, state];
}
