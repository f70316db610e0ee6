import type { RunHandle } from '../../client/run-handle.js';
import { isFinal } from '../../core/run.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { describeQuestion, describeRun } from '../run-text.js';
import { waitFor } from '../waiting.js';

/** What `perdure show` is given. */
export interface ShowOptions {
  key: string;
  watch?: boolean;
}

/** Shows how a run stands or ended; its own state is no failure of the command. */
export function show(context: CommandContext, { key, watch }: ShowOptions): Promise<number> {
  return withPerdure(context, async (perdure, { taskQueue }) => {
    const handle = perdure.get(key);
    if (watch) {
      await handle.status();
      const outcome = await waitFor(context, handle, { perdure, taskQueue: taskQueue.value });
      if (!outcome) return exits.interrupted;
    }
    await tell(context, handle);
    return exits.done;
  });
}

async function tell({ output }: CommandContext, handle: RunHandle): Promise<void> {
  const report = await handle.status();
  if (isFinal(report.status)) {
    const outcome = await handle.outcome();
    output.say(describeRun(output, report, outcome).join('\n'));
    output.data({ ...report, outcome });
    return;
  }
  output.say(describeRun(output, report).join('\n'));
  const questions = report.status === 'waiting-for-person' ? await handle.questions() : [];
  for (const question of questions.filter(({ state }) => state === 'open')) {
    output.say(describeQuestion(question, (look, text) => output.paint(look, text)).join('\n'));
  }
  output.data({ ...report, questions });
}
