export { createInbox, type Inbox } from './create-inbox.js';
export { answerDirectly } from './direct-answer.js';
export { defaultPace, type InboxClient, type InboxOptions } from './options.js';
export { ProviderLookup } from './provider-lookup.js';
export { type RunningInbox, startInbox } from './server.js';
export { holdBrowser } from './takeover.js';
