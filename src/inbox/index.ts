export { createInbox, type Inbox } from './create-inbox.js';
export { answerDirectly } from './direct-answer.js';
export type { InboxClient, InboxOptions, Pace, WebhookSecret } from './options.js';
export { type ListenOptions, type RunningInbox, startInbox } from './server.js';
export { holdBrowser } from './takeover.js';
