import type { Account } from './account.js';
import type { Session } from './session.js';
import type { World } from './world.js';

export interface NewSession {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly byProvider: boolean;
  /** When it is opened. Default now. */
  readonly at?: number;
  readonly tags?: readonly string[];
  readonly maxMs?: number;
  readonly idleMs?: number;
  readonly oneTimeView?: boolean;
}

interface SessionFields {
  readonly tags?: readonly string[];
  readonly timeout?: { readonly max_duration?: number; readonly idle_timeout?: number };
  readonly live_view?: { readonly one_time_url?: boolean };
}

/** How long a session lives at most at Browserbase. */
export const browserbaseMaxMs = 6 * 3_600_000;

/** Minutes as milliseconds; a negative number is no limit. */
const limitMs = (minutes: number): number => (minutes < 0 ? Infinity : minutes * 60_000);

/** What Anchor's session fields say of tags, live view and time-outs; 5 minutes of idling unless they say otherwise. */
export function timed(fields: SessionFields, longestMs: number): Omit<NewSession, 'byProvider'> {
  const { tags = [], timeout = {}, live_view = {} } = fields;
  const { max_duration, idle_timeout = 5 } = timeout;
  return {
    configuration: { ...fields },
    tags,
    maxMs: max_duration === undefined ? longestMs : limitMs(max_duration),
    idleMs: limitMs(idle_timeout),
    oneTimeView: live_view.one_time_url ?? false,
  };
}

/** Opens a session; without `maxMs` and `idleMs` it has no time-outs. */
export function newSession(world: World, account: Account, options: NewSession): Session {
  const at = options.at ?? world.now;
  const session: Session = {
    id: world.random.uuid(),
    provider: account.provider,
    account,
    createdAt: at,
    configuration: options.configuration,
    tags: options.tags ?? [],
    byProvider: options.byProvider,
    maxMs: options.maxMs ?? Infinity,
    idleMs: options.idleMs ?? Infinity,
    viewToken: world.random.uuid(),
    oneTimeView: options.oneTimeView ?? false,
    views: 0,
    touchedAt: at,
    runs: [],
  };
  world.sessions.set(session.id, session);
  account.sessions.push(session);
  account.liveSessions.add(session);
  setTags(session, session.tags);
  return session;
}

/** Replaces the session's tags, by which it is found. */
export function setTags(session: Session, tags: readonly string[]): void {
  const { tagged } = session.account;
  for (const tag of session.tags) tagged.get(tag)?.delete(session);
  session.tags = tags;
  for (const tag of tags) {
    const sessions = tagged.get(tag) ?? new Set();
    tagged.set(tag, sessions.add(session));
  }
}
