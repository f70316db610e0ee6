import { known } from './match.js';

/** What happens to a run when its session ends under it. */
export type SessionEndEffect = 'fails-run' | 'cancels-run' | 'run-goes-on' | 'run-stuck';

/** How Anchor does what its documents leave open, or say in more than one way. Everything may be changed at any time. */
export interface AnchorBehaviour {
  /** What ending a session does to a run inside it: not documented. Default `fails-run`. */
  sessionEnd: SessionEndEffect;
  /** The synchronous web task's result stands in `data.result` or in `data.result.result` (default, as in the published example). */
  webTaskResult: 'once' | 'twice';
  /** The same for the status of an asynchronous one: not documented. Default `once`. */
  webTaskStatusResult: 'once' | 'twice';
  /** Whether the answer to an asynchronous legacy start has `executionResultId`: the documents disagree. Default true. */
  executionResultId: boolean;
  /** Whether a legacy output is JSON text (default) or plain text where the result is a text. */
  legacyOutput: 'json' | 'plain';
  /** A failed synchronous run: 500, or 200 that says so in its body. Default `body` for legacy tasks, `500` for the others. */
  legacyFailure: 'body' | '500';
  syncFailure: 'body' | '500';
  /** A session's `steps`: a number (default) or a list. */
  steps: 'number' | 'list';
  /** A single session's `tags`: a list or a dictionary; in lists of sessions they are always a list. Default `list`. */
  tags: 'list' | 'dictionary';
  /** `used_credits` in lists of sessions. Default `number`. */
  usedCredits: 'number' | 'text' | 'N/A';
  /** The status text of an ended session: not documented. Default `completed`. */
  endedStatus: string;
  /** Whether cleaning up after a task ends a session that the caller passed in: not documented. Default true. */
  cleanupEndsCallersSession: boolean;
  /** Whether a working or asking agent keeps its session from idling: not documented. Default true. */
  agentIsActivity: boolean;
  /** Whether a blocking start that loses its caller ends the run: not documented. Default false. */
  hangUpEndsRun: boolean;
  /** Simulated milliseconds before a new session is in lists: not documented. Default 0. */
  listLagMs: number;
}

/** How Browserbase does what its documents leave open. Everything may be changed at any time. */
export interface BrowserbaseBehaviour {
  /** What releasing a run's session does to the run: not documented. Default `fails-run`. */
  sessionEnd: SessionEndEffect;
  /** Order of the list of runs: not documented. Default `newest-first`. */
  listOrder: 'newest-first' | 'oldest-first';
  /** Simulated milliseconds before a new run is in lists: not documented. Default 0. */
  listLagMs: number;
  /** Whether newer fields than those of the published start document (`pauseWhen`, `proxies` as a list) are taken. Default true. */
  newFields: boolean;
  /** Whether `resultSchema` is echoed with the run. Default true, as documented. */
  echoesSchema: boolean;
  /** Whether the account may have the files of its sessions, which is for select customers. Default true. */
  downloadsApi: boolean;
}

/** How both providers do what their documents leave open. */
export interface Behaviour {
  anchor: AnchorBehaviour;
  browserbase: BrowserbaseBehaviour;
}

/** What to change of the behaviour. */
export interface BehaviourChange {
  readonly anchor?: Partial<AnchorBehaviour>;
  readonly browserbase?: Partial<BrowserbaseBehaviour>;
}

/** A provider's limits for one account. Each is off unless given. */
export interface AccountLimits {
  /** Anchor: live sessions. Browserbase: live runs. */
  readonly concurrent?: number;
  /** Anchor: sessions opened in a minute. Browserbase: runs started in a minute. */
  readonly startsPerMinute?: number;
  /** Requests of any kind in a minute: not documented. */
  readonly requestsPerMinute?: number;
  /** Credits left (Anchor), after which sessions and starts are refused with 402; 0 refuses at once. */
  readonly credits?: number;
}

/** The limits at both providers. */
export interface Limits {
  readonly anchor?: AccountLimits;
  readonly browserbase?: AccountLimits;
}

export function defaultBehaviour(): Behaviour {
  return {
    anchor: {
      sessionEnd: 'fails-run',
      webTaskResult: 'twice',
      webTaskStatusResult: 'once',
      executionResultId: true,
      legacyOutput: 'json',
      legacyFailure: 'body',
      syncFailure: '500',
      steps: 'number',
      tags: 'list',
      usedCredits: 'number',
      endedStatus: 'completed',
      cleanupEndsCallersSession: true,
      agentIsActivity: true,
      hangUpEndsRun: false,
      listLagMs: 0,
    },
    browserbase: {
      sessionEnd: 'fails-run',
      listOrder: 'newest-first',
      listLagMs: 0,
      newFields: true,
      echoesSchema: true,
      downloadsApi: true,
    },
  };
}

/** Changes a behaviour in place; an unknown name is a `SimulatorError`. */
export function changeBehaviour(behaviour: Behaviour, change: BehaviourChange): void {
  known('behaviour', change, ['anchor', 'browserbase']);
  for (const provider of ['anchor', 'browserbase'] as const) {
    known(`${provider} behaviour`, change[provider] ?? {}, Object.keys(behaviour[provider]));
    Object.assign(behaviour[provider], change[provider]);
  }
}

const limitNames = ['concurrent', 'startsPerMinute', 'requestsPerMinute', 'credits'];

/** Refuses limits with an unknown name. */
export function checkLimits(limits: Limits): Limits {
  known('limits', limits, ['anchor', 'browserbase']);
  known('anchor limits', limits.anchor ?? {}, limitNames);
  known('browserbase limits', limits.browserbase ?? {}, limitNames);
  return limits;
}
