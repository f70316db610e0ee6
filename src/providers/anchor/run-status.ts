import { isPerdureError } from '../../core/errors.js';
import { isTerminal, type Reading } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import type { Call } from '../provider.js';
import { type LookTerms, RequestBudget } from '../request-budget.js';
import { type Look, lookAtEach } from '../status-many.js';
import type { AnchorClient } from './client.js';
import { withQuestion } from './session-driver.js';

/** Many runs, and how one of them is looked at. */
export interface ManyRuns {
  client: AnchorClient;
  handles: readonly ProviderHandle[];
  look: (handle: ProviderHandle) => Promise<Reading>;
}

/** Looks at each run, and at the questions of all that may ask by one request for the whole team. */
export async function statusOfMany(
  { client, handles, look }: ManyRuns,
  call: Call,
  { budget = new RequestBudget() }: LookTerms = {},
): Promise<Look[]> {
  const asking = handles.filter(({ asks }) => asks);
  const together = asking.length > 1 && budget.take(1);
  const ofTeam = together ? lookAtEach([call], (each) => client.agent.teamRequests(each)) : undefined;
  return lookAtEach(handles, async (handle) => {
    if (!budget.take()) return undefined;
    const reading = await look(handle);
    if (!handle.asks || isTerminal(reading.state)) return reading;
    const [requests] = (await ofTeam) ?? [];
    if (isPerdureError(requests, 'rate-limited')) throw requests;
    if (requests === undefined || isPerdureError(requests)) {
      return budget.take() ? withQuestion(client, { reading, handle }, call) : undefined;
    }
    const first = requests.find(({ sessionId }) => sessionId === handle.sessionId);
    if (!first) return reading;
    const { providerId, message, form } = first;
    return { ...reading, state: 'waiting', question: { providerId, message, form } };
  });
}
