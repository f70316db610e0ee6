import { isFinal } from '../../core/run.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { outcomeLine } from '../run-text.js';
import { waitFor } from '../waiting.js';

/** What `perdure stop` is given. */
export interface StopOptions {
  key: string;
  wait: boolean;
}

/** Stops a run and says what was ended. */
export function stop(context: CommandContext, { key, wait }: StopOptions): Promise<number> {
  const { output } = context;
  return withPerdure(context, async (perdure, { taskQueue }) => {
    const handle = perdure.get(key);
    const report = await handle.status();
    const hadEnded = isFinal(report.status);
    if (!hadEnded) await handle.cancel();
    if (!hadEnded && !wait) {
      output.note(`${key} is being stopped. See it: npx perdure show ${key} --watch`);
      output.data(report);
      return exits.done;
    }
    const outcome = await waitFor(context, handle, { perdure, taskQueue: taskQueue.value });
    if (!outcome) return exits.interrupted;
    output.say(
      `${outcomeLine(outcome, (look, text) => output.paint(look, text))}${hadEnded ? ', before it was stopped' : ''}`,
    );
    const { confirmed, left } = outcome.cleanup;
    if (!confirmed) output.note(`What may still live at the provider: ${left.join(', ') || 'not known'}`);
    output.data(outcome);
    if (outcome.status === 'unknown') return exits.unknown;
    return confirmed ? exits.done : exits.failed;
  });
}
