import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { userName } from '../user-name.js';
import { tellOutcome, waitFor } from '../waiting.js';

/** What `perdure adopt` is given. */
export interface AdoptCommandOptions {
  key: string;
  runId: string;
  by?: string;
  wait: boolean;
}

/** Takes a run at the provider for the one of a key whose start was lost, and waits for its end. */
export function adopt(context: CommandContext, { key, runId, by, wait }: AdoptCommandOptions): Promise<number> {
  const { output, env } = context;
  return withPerdure(context, async (perdure, { taskQueue }) => {
    const handle = await perdure.adopt(key, runId, { by: by ?? userName(env), channel: 'cli' });
    output.note(`${key} goes on with the run ${runId}.`);
    if (!wait) {
      output.data({ key, runId });
      return exits.done;
    }
    const outcome = await waitFor(context, handle, { perdure, taskQueue: taskQueue.value });
    return outcome ? tellOutcome(context, outcome) : exits.interrupted;
  });
}
