import type { AnchorSession } from '../../core/anchor-input.js';
import { PerdureError } from '../../core/errors.js';
import type { Resolved } from '../../core/secret.js';
import type { SessionBody } from './bodies.js';

/** An Anchor session's configuration with its secrets resolved. */
export type ResolvedSession = Resolved<AnchorSession>;

const minute = 60_000;
/** Minutes that a session lasts longer than its run, for reading the result. */
const slack = 2;

/**
 * The body of a session that Perdure opens for a run: the caller's configuration, the mark among its tags, and
 * time-outs that let it last as long as the run may, unless the caller wants it longer.
 */
export function ownSessionBody(session: ResolvedSession, { mark, lastsMs, asks = false }: SessionTerms): SessionBody {
  const { browser, integrations, identities, ...config } = session;
  const needed = Math.ceil(lastsMs / minute) + slack;
  const { max_duration: longest, idle_timeout: idle = needed } = config.timeout ?? {};
  // An agent that waits for a person does nothing: to Anchor its session may be idle as long as the person takes.
  const timeout = { max_duration: longer(longest, needed), idle_timeout: asks ? longer(idle, needed) : idle };
  return {
    session: { ...config, tags: [...(config.tags ?? []), mark], timeout },
    browser,
    integrations,
    identities,
  };
}

/** What the session of a run has to be. */
export interface SessionTerms {
  mark: string;
  lastsMs: number;
  /** Whether the agent may wait for a person. */
  asks?: boolean;
}

function longer(given: number | undefined, needed: number): number {
  if (given === undefined) return needed;
  return given === -1 ? -1 : Math.max(given, needed);
}

/** The configuration of the session that Perdure opens. Throws `internal` where Anchor is to open its own. */
export function configOf(session: ResolvedSession | 'provider' | undefined): ResolvedSession {
  if (session !== 'provider') return session ?? {};
  throw new PerdureError({
    code: 'internal',
    message: 'A session was to be opened for a run that wants none of ours.',
  });
}
