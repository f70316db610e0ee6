import type { Telling } from '../../activities/index.js';
import type { Settings } from '../client/settings.js';
import { homeSealKeys } from '../secrets/home-key.js';
import { LinkSigner } from '../secrets/links.js';

/** How a worker with these settings tells people; `inboxUrl`: where the inbox really is, unless somebody said otherwise. */
export function tellingOf(settings: Settings, inboxUrl?: string): Telling {
  const { value, source } = settings.inbox.url;
  return {
    channels: settings.channels.value,
    inboxUrl: source === 'default' ? (inboxUrl ?? value) : value,
    links: linkSignerOf(settings),
  };
}

/** What signs links with the configured sealing keys, or with the home's own; it is made when it is first needed. */
function linkSignerOf(settings: Pick<Settings, 'home' | 'sealKeys'>): () => LinkSigner {
  let signer: LinkSigner | undefined;
  return () => {
    signer ??= new LinkSigner(settings.sealKeys.value ?? homeSealKeys(settings.home.value));
    return signer;
  };
}
