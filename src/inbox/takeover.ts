import { isPerdureError } from '../core/errors.js';
import type { TakeoverMessage } from '../core/question.js';
import type { RunReport } from '../core/run.js';
import type { Desk } from './desk.js';
import { handleOf } from './direct-answer.js';
import { driverOf, type InboxClient, type InboxOptions } from './options.js';

/** What is needed to take a browser over. */
export interface TakeoverMeans extends Pick<Desk, 'ask' | 'pace'> {
  options: { perdure: Pick<InboxClient, 'get' | 'takeover'>; provider: InboxOptions['provider'] };
}

/**
 * Takes a run's browser over or hands it back, and has the agent pause and go on where its provider can. Says in words
 * what became of it.
 */
export async function holdBrowser(
  means: TakeoverMeans,
  key: string,
  message: TakeoverMessage,
): Promise<{ good: boolean; text: string }> {
  const { options, ask } = means;
  const verdict = await ask(() => options.perdure.takeover(key, message));
  if (!verdict.accepted) return { good: false, text: verdict.reason };
  const report = await ask(() => options.perdure.get(key).status());
  const paused = await pauseAgent(means, report, message.hold);
  const held = message.hold ? 'The browser is yours.' : 'The browser is handed back.';
  return { good: true, text: `${held} ${paused}` };
}

/** Best effort: whoever holds the browser holds it also where the agent can't be told. */
async function pauseAgent({ options, pace }: TakeoverMeans, report: RunReport, hold: boolean): Promise<string> {
  try {
    const driver = await driverOf(options.provider, report);
    const tell = hold ? driver.pause : driver.resume;
    if (!tell) return hold ? 'Its provider has no way to pause the agent: it may go on meanwhile.' : '';
    await tell(handleOf(report), { timeoutMs: pace.provider });
    return hold ? 'The agent pauses until you hand it back.' : 'The agent goes on.';
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return hold
      ? `The agent could not be paused (${error.code}): it may go on meanwhile.`
      : `The agent could not be told to go on (${error.code}); hand it back once more.`;
  }
}
