import type { Settings } from '../../client/settings.js';
import type { Perdure } from '../../client/perdure.js';
import { isFinal } from '../../core/run.js';
import { defaultPace, holdBrowser } from '../../inbox/index.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellError } from '../failure.js';
import { providersOf } from '../providers.js';
import { userName } from '../user-name.js';

/** What `perdure takeover` is given. */
export interface TakeoverOptions {
  key: string;
  handBack?: boolean;
  by?: string;
}

/** Takes a run's browser over and says where it is seen, or hands it back. */
export function takeover(context: CommandContext, { key, handBack = false, by }: TakeoverOptions): Promise<number> {
  const { output, env } = context;
  return withPerdure(context, async (perdure, settings) => {
    const { status } = await perdure.get(key).status();
    if (isFinal(status)) {
      const message = `${key} has ended (${status}), and its browser with it.`;
      tellError(output, { message });
      output.data({ accepted: false, reason: message });
      return exits.failed;
    }
    const message = { by: by ?? userName(env), channel: 'cli', hold: !handBack };
    const { good, text } = await hold(context, { perdure, settings }, key, message);
    const url = `${settings.inbox.url.value}/runs/${encodeURIComponent(key)}/live`;
    output.data(good ? { accepted: true, hold: !handBack, url } : { accepted: false, reason: text, url });
    if (!good) {
      tellError(output, { message: text, hint: `Watch it at ${url}` });
      return exits.failed;
    }
    output.note(text);
    if (!handBack) output.say(url);
    return exits.done;
  });
}

async function hold(
  context: CommandContext,
  { perdure, settings }: { perdure: Perdure; settings: Settings },
  key: string,
  message: { by: string; channel: string; hold: boolean },
): Promise<{ good: boolean; text: string }> {
  const providers = providersOf(context, settings);
  try {
    const options = { perdure, provider: (account: string) => providers.provider(account) };
    return await holdBrowser({ options, pace: defaultPace, ask: (work) => work() }, key, message);
  } finally {
    await providers.close();
  }
}
