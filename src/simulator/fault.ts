import type { EndpointName, ProviderName } from '../core/endpoints.js';
import { SimulatorError } from './error.js';
import { known, knownEndpoint, plainText, type PlainMatch, providers, textMatches } from './match.js';
import { type Operation, operations } from './operation.js';
import { createRandom, hash } from './random.js';

/** The kinds of fault; `Fault` says what each does. */
export const faultKinds = [
  'reset-before',
  'reply-lost',
  'effect-late',
  'hang-before',
  'hang-after',
  '5xx-before',
  '5xx-after',
  '429',
  'status',
  'not-found',
  'slow',
  'slow-after',
  'html',
  'half-json',
  'cut-body',
  'huge',
  'empty',
  'wrong-shape',
] as const;

/** The name of a fault. */
export type FaultKind = (typeof faultKinds)[number];

/**
 * Something that goes wrong with a request. Delays are in milliseconds of real time, `effect-late`'s in simulated time.
 *
 * | kind | effect? | what the caller sees |
 * |---|---|---|
 * | `reset-before` | no | connection reset |
 * | `reply-lost` | yes | connection reset |
 * | `effect-late` | after `delayMs` (default 5,000) | connection reset at once |
 * | `hang-before`, `hang-after` | no, yes | no answer; with `delayMs`, a reset after it |
 * | `5xx-before`, `5xx-after` | no, yes | `status` (default 500) |
 * | `429` | no | 429, `Retry-After` as `retryAfter` says |
 * | `status` | no | `status` (required), with `message` |
 * | `not-found` | no | 404 |
 * | `slow`, `slow-after` | yes, after or before the delay | the true answer after `delayMs` (default 2,000) |
 * | `html` | yes | a page of HTML with `status` (default 200) |
 * | `half-json` | yes | the first half of the answer, as if it were whole |
 * | `cut-body` | yes | the first half of the answer, then a reset |
 * | `huge` | yes | the true answer, padded by `bytes` (default 3 MiB), JSON by a field `padding` |
 * | `empty`, `wrong-shape` | yes | an empty body; `{"unexpected":true}` |
 */
export interface Fault {
  /** What it does; see the table. */
  readonly kind: FaultKind;
  /** Which requests; default `'*'`, all. */
  readonly on?: Operation | '*';
  /** Only requests about runs of this endpoint. Default: of any. */
  readonly endpoint?: EndpointName;
  /** Only requests to this provider. Default: to either. */
  readonly provider?: ProviderName;
  /** Looked for in the text of the run that the request is about, or in the tags of its session. */
  readonly text?: string | RegExp;
  /** How many requests it hits. Default 1. */
  readonly times?: number | 'always';
  /** How many matching requests it lets pass first. Default 0. */
  readonly after?: number;
  /** Hits for so long (simulated milliseconds), counted from its first hit; then `times` defaults to `'always'`. */
  readonly forMs?: number;
  /** Milliseconds, of the kinds that wait. */
  readonly delayMs?: number;
  /** HTTP status, of the kinds that have one. */
  readonly status?: number;
  /** What the answer says, for `status`. */
  readonly message?: string;
  /** Seconds; a date; `'absurd'` (ten years); any other text is sent as it is. Default: no such header. */
  readonly retryAfter?: number | string | Date;
  /** Size of the padding, for `huge`. Default 3 MiB. */
  readonly bytes?: number;
}

/** What a fault, a hook or a chooser of faults is told about a request. */
export interface Occasion {
  readonly operation: Operation;
  readonly provider: ProviderName;
  readonly endpoint?: EndpointName;
  /** What the run that it is about was started with. */
  readonly text?: string;
  /** Of the session that it is about. */
  readonly tags?: readonly string[];
}

/** Chooses a fault for a request, or none. */
export interface FaultSource {
  /** The fault that this request meets; undefined lets it pass. */
  choose(occasion: Occasion): Fault | undefined;
}

const faultFields = [
  'kind',
  'on',
  'endpoint',
  'provider',
  'text',
  'pattern',
  'flags',
  'times',
  'after',
  'forMs',
  'delayMs',
  'status',
  'message',
  'retryAfter',
  'bytes',
];

/** Refuses a fault with an unknown kind, operation, endpoint or field. */
export function checkFault(fault: Fault): Fault {
  known('fault', fault, faultFields);
  const { kind, on = '*', endpoint, provider, status } = fault;
  if (!faultKinds.includes(kind)) throw new SimulatorError(`no fault '${kind}'; there are ${faultKinds.join(', ')}`);
  if (on !== '*' && !operations.includes(on)) {
    throw new SimulatorError(`no operation '${on}'; there are ${operations.join(', ')} and '*'`);
  }
  if (endpoint !== undefined) knownEndpoint(endpoint);
  if (provider !== undefined && !providers.includes(provider)) throw new SimulatorError(`no provider '${provider}'`);
  if (kind === 'status' && status === undefined) throw new SimulatorError(`the fault 'status' needs a status`);
  return fault;
}

export type Where = PlainMatch & Partial<Pick<Fault, 'on' | 'endpoint' | 'provider'>>;

/** Whether a request is one of those that a fault or hook is for. */
export function occasionMatches(where: Where, occasion: Occasion): boolean {
  const { on = '*', endpoint, provider } = where;
  if (on !== '*' && on !== occasion.operation) return false;
  if (endpoint !== undefined && endpoint !== occasion.endpoint) return false;
  if (provider !== undefined && provider !== occasion.provider) return false;
  return textMatches(where, [occasion.text ?? '', ...(occasion.tags ?? [])].join('\n'));
}

/** A fault of the list, with its own count of what it let pass and hit. */
export class StandingFault implements FaultSource {
  readonly #where: Where;
  #passes: number;
  #hits: number;
  #until = Infinity;

  constructor(
    readonly fault: Fault,
    readonly now: () => number,
  ) {
    checkFault(fault);
    const { text, ...rest } = fault;
    this.#where = { ...rest, ...plainText(text) };
    this.#passes = fault.after ?? 0;
    const times = fault.times ?? (fault.forMs === undefined ? 1 : 'always');
    this.#hits = times === 'always' ? Infinity : times;
  }

  choose(occasion: Occasion): Fault | undefined {
    if (this.#hits <= 0 || this.now() > this.#until || !occasionMatches(this.#where, occasion)) return undefined;
    if (this.#passes > 0) {
      this.#passes -= 1;
      return undefined;
    }
    if (this.fault.forMs !== undefined && this.#until === Infinity) this.#until = this.now() + this.fault.forMs;
    this.#hits -= 1;
    return this.fault;
  }
}

/** Which faults `randomFaults` chooses, and how often. */
export interface RandomFaultOptions {
  /** Share of requests that are hit, 0 to 1. */
  readonly rate: number;
  /** Default: every kind but the two that hang, and `status`. */
  readonly kinds?: readonly FaultKind[];
  /** Default: all. */
  readonly operations?: readonly Operation[];
  /** Delay of the kinds that have one. Default 50 ms. */
  readonly delayMs?: number;
  /** What the choice hangs on; must be the same from try to try. Default: the text of the run. */
  readonly subject?: (occasion: Occasion) => string;
}

const tame = faultKinds.filter((kind) => !kind.startsWith('hang') && kind !== 'status');

/**
 * Faults chosen by a seed. A choice hangs on the seed, the operation, the endpoint, the subject and how many such requests
 * came before it, not on the order in which requests of different runs arrive; so a seed repeats its faults.
 */
export function randomFaults(seed: number, options: RandomFaultOptions): FaultSource {
  known('random fault', options, ['rate', 'kinds', 'operations', 'delayMs', 'subject']);
  const {
    rate,
    kinds = tame,
    operations: only,
    delayMs = 50,
    subject = (occasion: Occasion) => occasion.text ?? '',
  } = options;
  const counts = new Map<string, number>();
  return {
    choose(occasion) {
      if (only && !only.includes(occasion.operation)) return undefined;
      const about = [occasion.operation, occasion.endpoint ?? occasion.provider, subject(occasion)].join(' ');
      const nth = counts.get(about) ?? 0;
      counts.set(about, nth + 1);
      const random = createRandom(hash(seed, about, nth));
      if (random.next() >= rate) return undefined;
      const kind = random.pick(kinds);
      return kind && { kind, delayMs, ...(kind === '429' ? { retryAfter: 1 } : {}) };
    },
  };
}
