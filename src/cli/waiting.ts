import type { Client } from '@temporalio/client';
import type { Perdure } from '../client/perdure.js';
import { workersOf } from '../client/pollers.js';
import type { RunHandle } from '../client/run-handle.js';
import { isFinal, type Outcome, type RunReport } from '../core/run.js';
import type { CommandContext } from './context.js';
import { exitOfOutcome, exits } from './exit-codes.js';
import { tellError } from './failure.js';
import { follow } from './follow.js';
import { Progress } from './progress.js';
import { outcomeLine } from './run-text.js';
import { pretty } from './table.js';

/** Waits for a run's end and shows it; Ctrl-C leaves the run going and says how to go on. */
export async function waitFor(
  context: CommandContext,
  handle: RunHandle,
  { perdure, taskQueue }: { perdure: Perdure; taskQueue: string },
): Promise<Outcome | undefined> {
  const signal = context.interruption.take();
  const progress = new Progress(context.output);
  const patience = setTimeout(() => void tellIdle(perdure.temporal, taskQueue, progress), 5_000);
  try {
    const outcome = await follow({ handle, client: perdure.temporal }, progress, signal);
    if (!outcome) progress.note(leftGoing(handle.key));
    return outcome;
  } finally {
    clearTimeout(patience);
    progress.close();
  }
}

function leftGoing(key: string): string {
  return `The run goes on. See it: npx perdure show ${key} --watch   Stop it: npx perdure stop ${key}`;
}

/** A run that nobody works on would be waited for in silence. */
async function tellIdle(client: Client, taskQueue: string, progress: Progress): Promise<void> {
  try {
    if ((await workersOf(client, taskQueue)).workflows > 0) return;
    progress.note(`No worker serves the queue '${taskQueue}', so the run waits. Start one with: npx perdure up`);
  } catch {
    // The wait itself tells when Temporal is lost.
  }
}

/** Shows how a run ended, its result on stdout; gives the exit. */
export function tellOutcome({ output }: CommandContext, outcome: Outcome): number {
  output.note(outcomeLine(outcome, (look, text) => output.paintNote(look, text)));
  if (outcome.error) tellError(output, outcome.error);
  if (!outcome.cleanup.confirmed)
    output.note(`What may still live at the provider: ${outcome.cleanup.left.join(', ') || 'not known'}`);
  if (outcome.status === 'completed') output.say(pretty(outcome.result));
  else output.note(`Everything that is known: npx perdure show ${outcome.key}`);
  output.data(outcome);
  return exitOfOutcome(outcome);
}

/** Shows how a run that is not waited for stands; gives the exit. */
export async function tellStanding(context: CommandContext, handle: RunHandle, report: RunReport): Promise<number> {
  const { output } = context;
  if (isFinal(report.status)) return tellOutcome(context, await handle.outcome());
  output.note(`${report.key} is ${report.status}. See it: npx perdure show ${report.key} --watch`);
  output.data(report);
  return report.status === 'waiting-for-person' ? exits.waiting : exits.done;
}
