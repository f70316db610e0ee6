import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellOutcome, tellStanding, waitFor } from '../waiting.js';

/** What `perdure result` is given. */
export interface ResultOptions {
  key: string;
  wait: boolean;
}

/** Prints the result of a run that has ended or is waited for. */
export function result(context: CommandContext, { key, wait }: ResultOptions): Promise<number> {
  return withPerdure(context, async (perdure, { taskQueue }) => {
    const handle = perdure.get(key);
    if (!wait) {
      const report = await handle.status();
      const exit = await tellStanding(context, handle, report);
      // There is no result yet, which is what was asked for.
      return exit === exits.done && !['completed'].includes(report.status) ? exits.failed : exit;
    }
    const outcome = await waitFor(context, handle, { perdure, taskQueue: taskQueue.value });
    return outcome ? tellOutcome(context, outcome) : exits.interrupted;
  });
}
