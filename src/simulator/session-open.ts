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
  return session;
}
