import { findTarget } from '../../client/connection.js';
import type { RunHandle } from '../../client/run-handle.js';
import type { Settings } from '../../client/settings.js';
import { pagesOf, temporalPage } from '../../client/temporal-pages.js';
import { moneyOf } from '../../core/prices.js';
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
  return withPerdure(context, async (perdure, settings) => {
    const { taskQueue } = settings;
    const handle = perdure.get(key);
    if (watch) {
      await handle.status();
      const outcome = await waitFor(context, handle, { perdure, taskQueue: taskQueue.value });
      if (!outcome) return exits.interrupted;
    }
    await tell(context, settings, handle);
    return exits.done;
  });
}

async function tell(context: CommandContext, settings: Settings, handle: RunHandle): Promise<void> {
  const { output, env } = context;
  const prices = settings.prices.value;
  const temporal = temporalPage(pagesOf(findTarget(env, settings)), handle.workflowId);
  const report = await handle.status();
  const place = temporal === undefined ? {} : { temporal };
  if (isFinal(report.status)) {
    const outcome = await handle.outcome();
    const cost = moneyOf(report.endpoint, outcome.usage, prices);
    output.say(describeRun(output, { report, outcome, prices, ...place }).join('\n'));
    output.data({ ...report, outcome, ...(cost !== undefined && { cost }), ...place });
    return;
  }
  output.say(describeRun(output, { report, prices, ...place }).join('\n'));
  const questions = report.status === 'waiting-for-person' ? await handle.questions() : [];
  for (const question of questions.filter(({ state }) => state === 'open')) {
    output.say(describeQuestion(question, (look, text) => output.paint(look, text)).join('\n'));
  }
  output.data({ ...report, questions, ...place });
}
