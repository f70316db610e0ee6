import { isPerdureError } from '../core/errors.js';
import { isFinal, type RunReport } from '../core/run.js';
import type { Message } from '../providers/provider.js';
import type { Desk } from './desk.js';
import { handleOf } from './direct-answer.js';
import { driverOf, type InboxRun } from './options.js';
import type { RunStory } from './pages/run.js';

/** Providers give the oldest first, a hundred at a time. */
const mostPages = 50;
const mostMessages = 50;

/** Reads all that is known of a run: from Temporal, and where its provider tells more, from there. */
export async function readStory(desk: Desk, run: InboxRun): Promise<RunStory> {
  const { ask, options } = desk;
  const report = await ask(() => run.status());
  const [outcome, asked, told] = await Promise.all([
    isFinal(report.status) ? ask(() => run.outcome()) : undefined,
    questionsOf(desk, run),
    readProvider(desk, report),
  ]);
  const attempts = outcome?.attempts ?? report.attempts;
  return {
    report,
    ...(outcome && { outcome }),
    ...(attempts && { attempts }),
    questions: outcome?.questions ?? asked,
    ...told,
    prices: options.prices ?? {},
  };
}

/** The questions that a run has asked; undefined where no worker answers: the rest of the story is told all the same. */
export async function questionsOf({ ask }: Desk, run: InboxRun): Promise<RunStory['questions']> {
  try {
    return await ask(() => run.questions());
  } catch {
    return undefined;
  }
}

async function readProvider(
  { options, pace }: Desk,
  report: RunReport,
): Promise<Pick<RunStory, 'messages' | 'usage' | 'silence'>> {
  const { sessionId } = report;
  const call = { timeoutMs: pace.provider };
  try {
    const driver = await driverOf(options.provider, report);
    const messages: Message[] = [];
    let cursor: string | undefined;
    const end = Date.now() + pace.provider;
    for (let count = 0; count < mostPages && Date.now() < end; count += 1) {
      const read = await driver.messages(handleOf(report), cursor, call);
      messages.push(...read.messages);
      messages.splice(0, messages.length - mostMessages);
      if (read.messages.length === 0 || read.cursor === cursor) break;
      cursor = read.cursor;
    }
    const session = sessionId === undefined ? undefined : await driver.session(sessionId, call);
    return { messages, ...(session && { usage: session.usage }) };
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return { silence: `Its provider tells nothing more now (${error.code}).` };
  }
}
