import type { Duration } from '../core/duration.js';
import type { EndpointName } from '../core/endpoints.js';
import type { Json } from '../core/json.js';
import { milliseconds } from './duration.js';
import { SimulatorError } from './error.js';
import type { Fault } from './fault.js';
import { known, knownEndpoint, plainMatch, type PlainMatch, type ScriptMatch } from './match.js';

/** A file that the agent downloads. */
export interface ScriptedDownload {
  /** As the site calls it. */
  readonly name: string;
  /** Its text. Default: `size` bytes of filler. */
  readonly content?: string;
  /** Its bytes, where they are no text. */
  readonly base64?: string;
  /** In bytes, as lists say it. Default: that of the content, else 1,024. */
  readonly size?: number;
  /** Default `application/octet-stream`. */
  readonly mimeType?: string;
  readonly originUrl?: string;
  /** Milliseconds from the end of the run until lists show it. Default 0. */
  readonly listedAfterMs?: number;
}

const downloadFields = ['name', 'content', 'base64', 'size', 'mimeType', 'originUrl', 'listedAfterMs'];

/** One field of a question of kind `fields`. */
export interface QuestionField {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly type?: 'text' | 'number' | 'url' | 'email' | 'password';
  readonly placeholder?: string;
  readonly defaultValue?: string;
}

/** A question that the agent asks a person; the run waits until it is answered. */
export interface ScriptedQuestion {
  /** At Anchor `text` (default), `confirm` or `fields`; at Browserbase `pause`, which is the default there. */
  readonly kind?: 'text' | 'confirm' | 'fields' | 'pause';
  /** What the person is asked. */
  readonly message: string;
  /** Of the kind `fields`: what is to be filled in. */
  readonly fields?: readonly QuestionField[];
  /** Work done before it is asked, counted from the start's acceptance without earlier waits. Default 1 s, at most the run's whole time. */
  readonly after?: Duration;
  /** The agent goes on without an answer after so long. Default: it waits for ever. */
  readonly patience?: Duration;
}

/** How a run ends by itself. */
export type Ending =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly message: string; readonly code?: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' };

/** A status text given instead of the true one for a while. */
export interface ReportedStatus {
  /** The provider's word. */
  readonly status: string;
  /** Milliseconds from the start on. */
  readonly fromMs: number;
  /** For so many milliseconds. */
  readonly forMs: number;
}

/** A script as JSON; durations in milliseconds. Later scripts that match the same start override earlier ones field by field. */
export interface RunScript extends PlainMatch {
  on: EndpointName | '*';
  startsAfterMs?: number;
  lastsMs?: number;
  endless?: boolean;
  ending?: Ending;
  result?: Json;
  asks?: PlainQuestion[];
  reports?: ReportedStatus[];
  downloads?: readonly ScriptedDownload[];
  steps?: number;
  credits?: number;
  tokens?: number;
  listedAfterMs?: number;
  stopTakesMs?: number;
  ignoresStop?: boolean;
}

/** A scripted question as JSON; durations in milliseconds. */
export interface PlainQuestion {
  kind?: NonNullable<ScriptedQuestion['kind']>;
  message: string;
  fields?: readonly QuestionField[];
  afterMs: number;
  patienceMs?: number;
}

/** What a `returns` function is told about the run whose result it makes. */
export interface ResultSource {
  /** What the run was started with. */
  readonly text: string;
  /** The whole body of its start. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What persons answered, in order. */
  readonly answers: readonly unknown[];
}

const scriptFields = [
  'on',
  'text',
  'pattern',
  'flags',
  'nth',
  'startsAfterMs',
  'lastsMs',
  'endless',
  'ending',
  'result',
  'asks',
  'reports',
  'downloads',
  'steps',
  'credits',
  'tokens',
  'listedAfterMs',
  'stopTakesMs',
  'ignoresStop',
];

/** Refuses a script (from JSON) that names an unknown endpoint or field. */
export function checkScript(script: RunScript): RunScript {
  known('script', script, scriptFields);
  knownEndpoint(script.on);
  for (const file of script.downloads ?? []) known('download', file, downloadFields);
  for (const question of script.asks ?? []) {
    known('question', question, ['kind', 'message', 'fields', 'afterMs', 'patienceMs']);
    checkKind(script.on, question.kind);
  }
  return script;
}

function checkKind(on: string, kind: PlainQuestion['kind']): void {
  if (kind === undefined) return;
  if (on === 'browserbase.agentRun' && kind !== 'pause') {
    throw new SimulatorError(`a Browserbase agent can only ask by 'pause', not by '${kind}'`);
  }
  if (on.startsWith('anchor.') && kind === 'pause') {
    throw new SimulatorError(`an Anchor agent asks by 'text', 'confirm' or 'fields', not by 'pause'`);
  }
}

/** Says how the runs of one endpoint live. Each method gives the script back, so that they can be chained. */
export class ScriptBuilder {
  /** What was said so far, in the form that JSON can carry. */
  readonly script: RunScript;
  /** Makes the result in the simulator's own process; wins over `script.result`. */
  resultOf: ((run: ResultSource) => unknown) | undefined;
  /** Faults that were said of the same starts. */
  readonly faults: Fault[] = [];
  readonly #match: ScriptMatch;
  readonly #onFault: ((fault: Fault) => void) | undefined;

  constructor(on: EndpointName | '*', match: ScriptMatch = {}, onFault?: (fault: Fault) => void) {
    knownEndpoint(on);
    this.script = { on, ...plainMatch(match) };
    this.#match = match;
    this.#onFault = onFault;
  }

  /** From acceptance to the end, waits for a person not counted. Default 3 s. */
  lasts(duration: Duration): this {
    this.script.lastsMs = milliseconds(duration);
    return this;
  }

  /** Never ends by itself. */
  neverEnds(): this {
    this.script.endless = true;
    return this;
  }

  /** How long it stays `PENDING` or `queued` first. Default 0.5 s at Browserbase and for `anchor.task`, else 0. */
  startsAfter(duration: Duration): this {
    this.script.startsAfterMs = milliseconds(duration);
    return this;
  }

  /** Completes with this result; a function makes it from what was asked and answered (not through `connectSimulator`). */
  returns(result: Json | ((run: ResultSource) => unknown)): this {
    this.script.ending = { kind: 'completed' };
    if (typeof result === 'function') this.resultOf = result;
    else this.script.result = result;
    return this;
  }

  /** Fails at the end of its time. `code` is Browserbase's `cause.code` (default `AGENT_ERROR`). */
  fails(message: string, { code }: { readonly code?: string } = {}): this {
    this.script.ending = { kind: 'failed', message, ...(code === undefined ? {} : { code }) };
    return this;
  }

  /** Ends as timed out at the end of its time; where an endpoint has no such status, it fails. */
  timesOut(): this {
    this.script.ending = { kind: 'timed-out' };
    return this;
  }

  /** Ends as cancelled by somebody else; at Browserbase `STOPPED`; where an endpoint has no such status, it fails. */
  isCancelled(): this {
    this.script.ending = { kind: 'cancelled' };
    return this;
  }

  /** Asks a person; several calls ask several times. Only a run that was started with leave to ask does. */
  asks(question: ScriptedQuestion): this {
    known('question', question, ['kind', 'message', 'fields', 'after', 'patience']);
    checkKind(this.script.on, question.kind);
    const { after = 1000, patience, ...rest } = question;
    const plain: PlainQuestion = { ...rest, afterMs: milliseconds(after) };
    if (patience !== undefined) plain.patienceMs = milliseconds(patience);
    this.script.asks = [...(this.script.asks ?? []), plain].sort((a, b) => a.afterMs - b.afterMs);
    return this;
  }

  /** Gives this status text instead of the true one, from so long after the start (default 0) for so long (default 5 s). */
  reports(status: string, { from = 0, lasting = 5000 }: { from?: Duration; lasting?: Duration } = {}): this {
    const report = { status, fromMs: milliseconds(from), forMs: milliseconds(lasting) };
    this.script.reports = [...(this.script.reports ?? []), report];
    return this;
  }

  /** Files that its session has downloaded once it has ended. */
  downloads(...files: readonly ScriptedDownload[]): this {
    for (const file of files) known('download', file, downloadFields);
    this.script.downloads = files;
    return this;
  }

  /** What the whole run takes: steps (default one each 2 s), credits (default 0.01 a step), tokens (default 500 a step). */
  uses(usage: { readonly steps?: number; readonly credits?: number; readonly tokens?: number }): this {
    known('usage', usage, ['steps', 'credits', 'tokens']);
    Object.assign(this.script, usage);
    return this;
  }

  /** Accepts the start and loses the answer, so many times (default 1). */
  losesReplyToStart({ times = 1 }: { readonly times?: number } = {}): this {
    return this.#fault({ kind: 'reply-lost', on: 'start', times });
  }

  /** Refuses or breaks requests about these runs; see `Fault`. */
  meets(fault: Omit<Fault, 'endpoint' | 'provider' | 'text'>): this {
    return this.#fault(fault);
  }

  #fault(fault: Fault): this {
    const { text, nth } = this.#match;
    const where: Fault = {
      ...fault,
      ...(this.script.on === '*' ? {} : { endpoint: this.script.on }),
      ...(text === undefined ? {} : { text }),
      ...(nth === undefined ? {} : { after: (fault.after ?? 0) + nth - 1 }),
    };
    this.faults.push(where);
    this.#onFault?.(where);
    return this;
  }

  /** Lists show the run only so long after its start. Default: the behaviour's `listLagMs`. */
  isListedAfter(duration: Duration): this {
    this.script.listedAfterMs = milliseconds(duration);
    return this;
  }

  /** From an accepted stop to `STOPPED` (Browserbase). Default 0.5 s. */
  takesToStop(duration: Duration): this {
    this.script.stopTakesMs = milliseconds(duration);
    return this;
  }

  /** Stops are accepted and have no effect. */
  ignoresStop(): this {
    this.script.ignoresStop = true;
    return this;
  }
}

/** A script that is not told to a simulator yet; for `connectSimulator(url).add(…)`. */
export function script(on: EndpointName | '*', match?: ScriptMatch): ScriptBuilder {
  return new ScriptBuilder(on, match);
}
