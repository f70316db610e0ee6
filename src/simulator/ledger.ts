import type { EndpointName, ProviderName } from '../core/endpoints.js';
import type { FaultKind } from './fault.js';
import type { Operation } from './operation.js';

/** A request as it came in; `status` and `fault` are filled in when it is answered. */
export interface RequestEntry {
  readonly kind: 'request';
  /** Place in the ledger, counted from 1. */
  readonly seq: number;
  /** Simulated time, milliseconds since 1970. */
  readonly at: number;
  readonly provider?: ProviderName;
  /** Which of the provider's keys was sent: `anchor-1` is the first; absent without a known key. */
  account?: string;
  readonly operation: Operation;
  endpoint?: EndpointName;
  readonly method: string;
  /** Without the provider's prefix. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The key is masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; the text where it is no JSON. */
  readonly body?: unknown;
  /** The status sent, or `'lost'` where the caller got no whole answer; absent while it is open. */
  status?: number | 'lost';
  fault?: FaultKind;
  runId?: string;
  sessionId?: string;
  /** Why the simulator refused it, such as `unknown route`. */
  problem?: string;
}

/** Something that a request changed at the provider. */
export interface EffectEntry {
  readonly kind: 'effect';
  /** Place in the ledger, counted from 1. */
  readonly seq: number;
  /** Simulated time, milliseconds since 1970. */
  readonly at: number;
  /** What was changed. */
  readonly effect: 'start' | 'stop' | 'answer' | 'pause' | 'resume' | 'session.create' | 'session.end' | 'session.tags';
  readonly provider: ProviderName;
  /** Whose key was used, such as `anchor-1`. */
  readonly account: string;
  /** The request that caused it. */
  readonly request: number;
  readonly endpoint?: EndpointName;
  readonly runId?: string;
  readonly sessionId?: string;
  readonly tags?: readonly string[];
  /** What was asked: the run's text, or the answer given. */
  readonly detail?: unknown;
}

/** Something that a test's author should know, such as a scripted question that the run was not allowed to ask. */
export interface NoteEntry {
  readonly kind: 'note';
  readonly seq: number;
  readonly at: number;
  /** In words. */
  readonly message: string;
  readonly runId?: string;
}

/** One line of the ledger. */
export type LedgerEntry = RequestEntry | EffectEntry | NoteEntry;

/** A run's whole life, as the provider knows it. */
export interface RunRecord {
  readonly kind: 'run';
  readonly id: string;
  readonly provider: ProviderName;
  readonly account: string;
  readonly endpoint: EndpointName;
  /** What it was started with: the prompt, or the task. */
  readonly text: string;
  readonly sessionId?: string;
  /** Of its session. */
  readonly tags: readonly string[];
  /** Simulated time, milliseconds since 1970. */
  readonly startedAt: number;
  /** Absent while it lives. */
  readonly endedAt?: number;
  readonly state: 'queued' | 'working' | 'asking' | 'completed' | 'failed' | 'timed-out' | 'cancelled';
  /** Of the agent, so far. */
  readonly steps: number;
}

/** A session's whole life, as the provider knows it. */
export interface SessionRecord {
  readonly kind: 'session';
  readonly id: string;
  readonly provider: ProviderName;
  readonly account: string;
  readonly tags: readonly string[];
  /** Whether the provider opened it for a run by itself. */
  readonly byProvider: boolean;
  /** Simulated time, milliseconds since 1970. */
  readonly startedAt: number;
  /** Absent while it lives. */
  readonly endedAt?: number;
  /** What ended it, such as `delete`, `idle` or `max-duration`. */
  readonly endedBy?: string;
}

/** A person's answer that reached the provider. */
export interface AnswerRecord {
  readonly at: number;
  readonly runId: string;
  readonly questionId: string;
  readonly answer: unknown;
}

/** Fields that an entry must have to be found. */
export type RequestFilter = Partial<
  Pick<
    RequestEntry,
    | 'provider'
    | 'account'
    | 'operation'
    | 'endpoint'
    | 'method'
    | 'path'
    | 'runId'
    | 'sessionId'
    | 'status'
    | 'fault'
    | 'problem'
  >
>;
/** Fields that an effect must have to be found. */
export type EffectFilter = Partial<
  Pick<EffectEntry, 'effect' | 'provider' | 'account' | 'endpoint' | 'runId' | 'sessionId'>
>;

/** What a ledger can be asked, in the simulator's process or over HTTP. */
export interface LedgerSource {
  readonly entries: readonly LedgerEntry[];
  readonly runs: readonly RunRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly counts: Readonly<Record<string, number>>;
}

const has = (entry: object, filter: object): boolean =>
  Object.entries(filter).every(([name, value]) => (entry as Record<string, unknown>)[name] === value);

/** Every request and every effect, in order, and the lives of runs and sessions: the judge of what really happened. */
export class Ledger {
  readonly #source: LedgerSource;

  constructor(source: LedgerSource) {
    this.#source = source;
  }

  /** All lines in order. */
  get entries(): readonly LedgerEntry[] {
    return this.#source.entries;
  }

  /** All runs that were accepted, in order of acceptance. */
  get runs(): readonly RunRecord[] {
    return this.#source.runs;
  }

  /** All sessions, in order of creation. */
  get sessions(): readonly SessionRecord[] {
    return this.#source.sessions;
  }

  /** Sessions and runs that live now. */
  get open(): readonly (RunRecord | SessionRecord)[] {
    return [...this.sessions, ...this.runs].filter((record) => record.endedAt === undefined);
  }

  /** Answers that were applied, in order. */
  get answers(): readonly AnswerRecord[] {
    return this.effects({ effect: 'answer' }).map(({ at, runId = '', detail }) => {
      const { questionId, answer } = detail as { questionId: string; answer: unknown };
      return { at, runId, questionId, answer };
    });
  }

  /** How many requests came, by `<provider> <operation>`, such as `anchor status`. */
  get counts(): Readonly<Record<string, number>> {
    return this.#source.counts;
  }

  /** What a test's author should know. */
  get notes(): readonly NoteEntry[] {
    return this.entries.filter((entry) => entry.kind === 'note');
  }

  /** Requests with all these fields, in order. */
  requests(filter: RequestFilter = {}): readonly RequestEntry[] {
    return this.entries.filter((entry) => entry.kind === 'request' && has(entry, filter)) as RequestEntry[];
  }

  /** Effects with all these fields, in order; for an endpoint's name, the accepted starts at it. */
  effects(filter: EndpointName | EffectFilter = {}): readonly EffectEntry[] {
    const wanted: EffectFilter = typeof filter === 'string' ? { effect: 'start', endpoint: filter } : filter;
    return this.entries.filter((entry) => entry.kind === 'effect' && has(entry, wanted)) as EffectEntry[];
  }
}
