import { mostPages } from '../border.js';
import type { Call } from '../provider.js';
import type { BrowserbaseClient } from './client.js';
import type { BrowserbaseMessage } from './schemas.js';

const runsRemembered = 1000;

/**
 * Reads the last message of a run. Browserbase gives messages oldest first, so the place reached is remembered per run:
 * looking again costs one request.
 */
export function createLastMessageReader(client: BrowserbaseClient) {
  const reached = new Map<string, BrowserbaseMessage>();
  return async (runId: string, call: Call): Promise<BrowserbaseMessage | undefined> => {
    let last = reached.get(runId);
    for (let page = 0; page < mostPages; page += 1) {
      const { messages } = await client.runs.messages(runId, last?.id, call);
      const newest = messages.at(-1);
      if (newest === undefined || newest.id === last?.id) break;
      last = newest;
    }
    reached.delete(runId);
    if (last !== undefined) reached.set(runId, last);
    const [oldest] = reached.keys();
    if (reached.size > runsRemembered && oldest !== undefined) reached.delete(oldest);
    return last;
  };
}
