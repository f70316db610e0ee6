import type { EndpointInputs } from '../core/builders.js';
import type { EndpointFlags, EndpointName, ProviderName } from '../core/endpoints.js';
import type { Json } from '../core/json.js';
import type { ProviderQuestion } from '../core/question.js';
import type { Reading } from '../core/reading.js';
import type { ProviderHandle, Usage } from '../core/run.js';
import type { Resolved } from '../core/secret.js';
export type { Observe } from '../http/observe.js';
import type { LookTerms } from './request-budget.js';
import type { Look } from './status-many.js';

/** One API key at one provider. */
export interface Account {
  /** `<provider>/<name>`. */
  name: string;
  provider: ProviderName;
  apiKey: string;
  baseUrl: string;
}

/** How one call is made. */
export interface Call {
  /** Milliseconds for the whole exchange; `Infinity` for the call that blocks, which only `signal` bounds. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Epoch milliseconds after which nothing may be sent any more. Default: none. */
  notAfter?: number;
  /** Of an answer: called once all that only looks is done; where it rejects, nothing is sent. */
  beforeSend?: () => Promise<void>;
  /** Of an answer: it may stand in no text that the provider keeps, where the provider has another place for it. */
  secret?: boolean;
}

/** A session to be opened, or found again by its mark. */
export interface SessionRequest<E extends EndpointName = EndpointName> {
  input: Resolved<EndpointInputs[E]>;
  mark: string;
  /** Milliseconds that the session has to last at least, and how long it may be idle. */
  lastsMs: number;
  /** Whether the agent may wait for a person, which idles the session. */
  asks?: boolean;
}

/** A session that a run can be started in. */
export interface OpenedSession {
  sessionId: string;
  /** Given by Anchor only once, at the creation; absent when the session was found again. */
  liveViewUrl?: string;
  /** Whether it existed already with this mark. */
  found: boolean;
  /** Whether the provider echoed the mark, so that the session can be found by it. */
  markEchoed: boolean;
}

/** A start to be sent, its secrets resolved. */
export interface StartRequest<E extends EndpointName = EndpointName> {
  input: Resolved<EndpointInputs[E]>;
  /** Absent when the caller wants no mark. */
  mark?: string;
  /** The session to run in: Perdure's or the caller's. */
  sessionId?: string;
}

/** The provider's word that it took a start. */
export interface Accepted {
  runId?: string;
  taskId?: string;
  sessionId?: string;
  providerStatus: string;
  /** False when the reply shows that the run can't be found by its mark. */
  markEchoed: boolean;
  /** The end of the run, where the start call lasts until then. */
  ending?: Ending;
}

/** How a run stands at its provider, with its result where it has ended. */
export interface Ending {
  reading: Reading;
  /** The result, unwrapped; undefined when there is none. */
  result?: Json;
  /** Other readings of the same answer, to be tried in this order when `result` does not fit the caller's schema. */
  alternatives?: Json[];
  /** Fields of the provider's answer that the outcome shows. */
  runId?: string;
  sessionId?: string;
}

/** Something live, or dead, that carries a mark. */
export interface Found {
  kind: 'run' | 'session';
  id: string;
  mark: string;
  live: boolean;
  /** ISO 8601, the provider's clock. */
  createdAt: string;
  providerStatus: string;
  /** How many runs were started in a session, where the provider counts them. */
  executions?: number;
}

/** Where to look for what carries a mark. */
export interface FindQuery {
  /** The whole mark. */
  mark: string;
  /** Whether the marks of the same run's other starts count as well. Default: no. */
  anyGeneration?: boolean;
  /** ISO 8601; what was created before is not looked at. */
  since: string;
  agentId?: string;
}

/** A message of an agent, as text. */
export interface Message {
  id: string;
  /** ISO 8601. */
  at: string;
  /** The provider's own word, such as `assistant` or `tool`. */
  role: string;
  text: string;
}

/** What was said after a cursor. */
export interface MessagePage {
  messages: Message[];
  /** Where to go on; undefined while there is nothing. */
  cursor?: string;
}

/** How a session stands. */
export interface SessionState {
  live: boolean;
  providerStatus: string;
  usage: Usage;
}

/**
 * What Perdure asks of an endpoint. Every method throws a `PerdureError` for what the provider refuses or fails to
 * answer, makes one HTTP request unless it says otherwise, and never repeats a POST.
 */
export interface EndpointDriver<E extends EndpointName = EndpointName> {
  readonly endpoint: E;
  readonly flags: EndpointFlags;
  /** Finds the session with this mark, or opens one. At most two requests. */
  openSession?(request: SessionRequest<E>, call: Call): Promise<OpenedSession>;
  /** Starts the run. Certain refusals are those of `provesRefusal`; any other error leaves it unknown. */
  start(request: StartRequest<E>, call: Call): Promise<Accepted>;
  /** Everything with this mark, live or not; several requests where the list has pages. */
  find(query: FindQuery, call: Call): Promise<Found[]>;
  /** Everything live that carries a mark of this deployment, whichever endpoint started it; several requests. */
  listMarked(deployment: string, call: Call): Promise<Found[]>;
  /**
   * The id of a run that was accepted without one, from what the provider started since then (ISO 8601); undefined
   * when none or more than one can be it. Absent where the provider always gives an id. Several requests.
   */
  recoverRunId?(handle: ProviderHandle, since: string, call: Call): Promise<string | undefined>;
  /**
   * One look at the run. A run that the provider does not know is a reading `gone`, not an error. One request more
   * where `handle.asks` and the run goes on, or where it is paused.
   */
  status(handle: ProviderHandle, call: Call): Promise<Reading>;
  /**
   * One look at each of many runs, in their order, with as few requests as the provider allows; of a run that could not
   * be looked at, why; of those that the budget was not enough for, nothing.
   */
  statusMany(handles: readonly ProviderHandle[], call: Call, terms?: LookTerms): Promise<Look[]>;
  /** One look at the run with its result; `freshMs` allows for one that was made a moment ago. */
  read(handle: ProviderHandle, call: Call, terms?: Pick<LookTerms, 'freshMs'>): Promise<Ending>;
  /** The agent's messages after a cursor; an empty page where the provider has none to give. */
  messages(handle: ProviderHandle, cursor: string | undefined, call: Call): Promise<MessagePage>;
  /**
   * Asks the provider to stop the run; a run that has ended is no error. Does nothing where it can't be stopped. Says
   * whether that was heard: false where the provider did not know the run, or its session.
   */
  stop(handle: ProviderHandle, call: Call): Promise<boolean>;
  /** The question that the run waits with, if any; of several the one of this id, where it is named and among them. */
  pendingQuestion(handle: ProviderHandle, call: Call, providerId?: string): Promise<ProviderQuestion | undefined>;
  /**
   * Gives the provider a person's answer; `provider-conflict` when the question is no longer open. Where the provider
   * takes an answer for whatever it waits with, the question is read again first.
   */
  answer(handle: ProviderHandle, question: ProviderQuestion, answer: Json, call: Call): Promise<void>;
  /** Has the agent pause while a person works in its browser. Absent where the provider can't be told to. */
  pause?(handle: ProviderHandle, call: Call): Promise<void>;
  /** Has it go on. */
  resume?(handle: ProviderHandle, call: Call): Promise<void>;
  /** Asks the provider to end the session; one that has ended is no error. Says whether the provider knew the session. */
  release(sessionId: string, call: Call): Promise<boolean>;
  /** How the session stands; undefined when the provider does not know it. */
  session(sessionId: string, call: Call): Promise<SessionState | undefined>;
  /** A URL to watch the session by, where it can be asked for again. */
  liveView(sessionId: string, call: Call): Promise<string | undefined>;
}

/** A file that a session downloaded, as its provider lists it. */
export interface SessionFile {
  id: string;
  /** As the site or the browser called it: not to be trusted as a path. */
  name: string;
  bytes?: number;
  /** Lower-case hexadecimal. */
  sha256?: string;
  mimeType?: string;
  /** ISO 8601. */
  createdAt?: string;
}

/** What is done with the content of a file; what its chunks throw is a `PerdureError`. */
export type TakeFile<T> = (chunks: AsyncIterable<Uint8Array>) => Promise<T>;

/** How a file is fetched. */
export interface FileCall extends Call {
  /** Most bytes that are read. */
  maxBytes: number;
  /** Milliseconds for which nothing may come before it is given up. */
  idleMs: number;
}

/** A provider with one account: a driver for each of its endpoints. */
export interface Provider {
  readonly name: ProviderName;
  readonly account: string;
  /** What can be asked of one of its endpoints. Throws `bad-input` for an endpoint of another provider. */
  driver<E extends EndpointName>(endpoint: E): EndpointDriver<E>;
  /**
   * The files that a session has downloaded, oldest first, also of one that has ended. Those of a run that has just ended
   * may be missing yet. Several requests where the list has pages.
   */
  files(sessionId: string, call: Call): Promise<SessionFile[]>;
  /**
   * Gives the content of a listed file to `take` as it comes. At most two requests. Throws `response-too-large` beyond the
   * bound, and what `take` throws.
   */
  fetchFile<T>(sessionId: string, file: SessionFile, call: FileCall, take: TakeFile<T>): Promise<T>;
  /** Closes its connections. */
  close(): Promise<void>;
}
