import { Context } from '@temporalio/activity';
import { maskReading } from '../../activities/masking.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { Reading } from '../../src/core/reading.js';
import type { ProviderHandle } from '../../src/core/run.js';
import type { Provider } from '../../src/providers/provider.js';
import { Redactor } from '../../src/secrets/redaction.js';

/** The activity's name in histories. */
export const lookName = 'benchLook';

/** One look of the loop. */
export interface LoopLook {
  account: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  timeoutMs: number;
}

export type LoopActivities = ReturnType<typeof loopActivities>;

const betweenBeats = 3_000;

/** The activity by which the loop asks the provider how one run stands. */
export function loopActivities(provider: (account: string) => Promise<Provider>) {
  return {
    [lookName]: async ({ account, endpoint, handle, timeoutMs }: LoopLook): Promise<Reading> => {
      const context = Context.current();
      // Only a look that lasts sends one: a loop that beats at once would pay a further call for each poll.
      const timer = setInterval(() => context.heartbeat(), betweenBeats);
      try {
        const driver = (await provider(account)).driver(endpoint);
        const reading = await driver.status(handle, { timeoutMs, signal: context.cancellationSignal });
        return maskReading(reading, new Redactor([]));
      } finally {
        clearInterval(timer);
      }
    },
  };
}
