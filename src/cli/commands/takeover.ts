import type { Perdure } from '../../client/perdure.js';
import type { Settings } from '../../client/settings.js';
import { isFinal } from '../../core/run.js';
import { defaultPace, holdBrowser } from '../../inbox/index.js';
import { openPage } from '../browser.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellError } from '../failure.js';
import { findInbox, type InboxPlace } from '../inbox-place.js';
import { providersOf } from '../providers.js';
import { userName } from '../user-name.js';

/** What `perdure takeover` is given. */
export interface TakeoverOptions {
  key: string;
  handBack?: boolean;
  by?: string;
  /** False: the link is only printed. */
  open?: boolean;
}

/** Milliseconds that an inbox has to say that it is there. */
const inboxMs = 2_000;

/** Takes a run's browser over and opens its live view, or hands it back. */
export function takeover(context: CommandContext, options: TakeoverOptions): Promise<number> {
  const { output, env } = context;
  const { key, handBack = false, by, open = true } = options;
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
    const inbox = findInbox(settings);
    const url = `${inbox.value}/runs/${encodeURIComponent(key)}/live`;
    if (!good) {
      output.data({ accepted: false, reason: text, url });
      tellError(output, { message: text, hint: `Watch it at ${url}` });
      return exits.failed;
    }
    output.note(text);
    if (handBack) output.data({ accepted: true, hold: false, url });
    else await showLive(context, { key, url, inbox, open });
    return exits.done;
  });
}

interface LiveView {
  key: string;
  url: string;
  inbox: InboxPlace;
  open: boolean;
}

/** Opens the live view, or says where it is and what it wants; and how the browser is handed back. */
async function showLive(context: CommandContext, { key, url, inbox, open }: LiveView): Promise<void> {
  const { output } = context;
  const reached = await isReached(inbox);
  const opened = reached && open && (await openPage(context, url));
  output.say(url);
  if (opened) output.note('Its live view is opened in your browser.');
  if (!reached) output.note(`No inbox answers at ${inbox.value}. Start one on this home with: npx perdure up`);
  const handBack = `npx perdure takeover ${key} --hand-back`;
  output.note(`Hand it back there, or with: ${handBack}`);
  output.data({ accepted: true, hold: true, url, opened, handBack });
}

/** Whether an inbox answers there; one that is configured may be reached by browsers alone, so that it counts as there. */
async function isReached({ value, configured }: InboxPlace): Promise<boolean> {
  if (configured) return true;
  try {
    return (await fetch(`${value}/health`, { signal: AbortSignal.timeout(inboxMs) })).ok;
  } catch {
    return false;
  }
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
