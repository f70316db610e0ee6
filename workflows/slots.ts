import type { CheckReport, GrantedSlot } from '../activities/admission.js';
import {
  type AccountReport,
  type Holder,
  type KnownStarts,
  type Limits,
  type LimitsChange,
  type SlotRequest,
  type SlotReturn,
} from '../src/core/admission.js';
import { jsonLength } from '../src/core/batch.js';
import type { StartRef } from '../src/core/watch.js';
import { type CarriedRequests, packRequests, unpackRequests } from './carried-requests.js';
import { FairQueue } from './fair-queue.js';

/** What an account carries over when it continues as new. */
export interface CarriedSlots {
  configured?: Limits;
  live?: Limits;
  /** Absent: not known yet who has slots. */
  holders?: Holder[];
  waiting?: CarriedRequests;
  /** Epoch milliseconds of the grants of the last minute. */
  starts?: number[];
  quietUntil?: number;
  scale?: number;
}

/** Bytes of JSON that are carried over: one payload has 2 MiB. */
const mostCarriedBytes = 1_700_000;
/** Of holders and of those that wait, with the longest keys: an answer to a query has less than 2 MiB. */
const mostKnown = 2_000;
const mostReported = 1_000;

/** The slots of an account: who has one, who waits for one, and whose turn it is. */
export class Slots {
  readonly #holders = new Map<string, Holder>();
  readonly #queue: FairQueue;
  /** Runs whose grant is to be sent again. */
  readonly #again = new Map<string, SlotRequest>();
  #configured: Limits;
  #live: Limits;
  #starts: number[];
  #quietUntil: number;
  #scale: number;

  constructor({ configured = {}, live = {}, holders = [], ...rest }: CarriedSlots) {
    for (const holder of holders) this.#holders.set(holder.id, holder);
    const waiting = rest.waiting ? unpackRequests(rest.waiting) : [];
    // Who has a slot and asked again gets its leave again.
    this.#queue = new FairQueue(waiting.filter(({ id }) => !this.#holders.has(id)));
    for (const request of waiting) if (this.#holders.has(request.id)) this.#again.set(request.id, request);
    this.#configured = configured;
    this.#live = live;
    this.#starts = rest.starts ?? [];
    this.#quietUntil = rest.quietUntil ?? 0;
    this.#scale = rest.scale ?? 1;
  }

  /** How much shorter than real the account's minute is. */
  get scale(): number {
    return this.#scale;
  }

  get isIdle(): boolean {
    return this.#holders.size === 0 && this.#queue.size === 0;
  }

  get limits(): Limits {
    return { ...this.#configured, ...this.#live };
  }

  /** Queues a run; one that has a slot already gets its leave again. */
  request(request: SlotRequest, configured?: Limits): void {
    if (configured) this.#configured = configured;
    this.#scale = request.scale;
    const holder = this.#holders.get(request.id);
    if (!holder) this.#queue.add(request);
    else if (holder.generation <= request.generation) this.#again.set(request.id, request);
  }

  /** Takes a slot back, or a place in the queue, unless a later start has it. */
  giveBack({ id, generation, quietMs = 0 }: SlotReturn, now: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, now + quietMs);
    if ((this.#holders.get(id)?.generation ?? generation + 1) <= generation) this.#free(id);
    this.#queue.remove(id, generation);
  }

  change({ configured, live }: LimitsChange): void {
    if (configured) this.#configured = configured;
    if (live !== undefined) this.#live = live === null ? {} : { ...this.#live, ...live };
  }

  /** When the next grant can be given; undefined while nobody waits or no slot is free. */
  nextGrant(now: number): number | undefined {
    const { concurrentRuns = Number.POSITIVE_INFINITY, startsPerMinute = Number.POSITIVE_INFINITY } = this.limits;
    const isFree = this.#queue.size > 0 && this.#holders.size < concurrentRuns;
    if (this.#again.size === 0 && !isFree) return undefined;
    const inMinute = this.#startsInMinute(now);
    const free = inMinute.at(-startsPerMinute);
    const byRate = inMinute.length < startsPerMinute || free === undefined ? now : free + this.#minute;
    return Math.max(now, this.#quietUntil, byRate);
  }

  /** Gives slots to those whose turn it is, so many at most. */
  grant(now: number, most: number): GrantedSlot[] {
    const grants: GrantedSlot[] = [];
    while (grants.length < most && this.nextGrant(now) === now) {
      const [again] = this.#again.values();
      const request = again ?? this.#queue.take();
      if (!request) break;
      this.#again.delete(request.id);
      this.#starts.push(now);
      grants.push(this.#hold(request, now));
    }
    return grants;
  }

  /** Takes in what a check found out. */
  settle({ gone, lapsed, living, waiting }: CheckReport, now: number): void {
    this.lose(gone, now);
    // Their turn had come, so they do not wait at the end again.
    for (const request of lapsed) if (this.#holders.has(request.id)) this.#again.set(request.id, request);
    for (const { id } of living) {
      if (!this.#holders.has(id)) this.#holders.set(id, { id, generation: 0, since: now, until: now });
    }
    for (const request of waiting) this.request(request);
  }

  /** Runs that could not be told since they do not exist any more. */
  lose(gone: readonly StartRef[], now: number): void {
    for (const start of gone) this.giveBack(start, now);
  }

  /** Those who have slots and those who wait, from a place on: as many as one answer carries. */
  known(from = 0): KnownStarts {
    const holders = [...this.#holders.values()];
    const queued = this.#queue.all().map(({ id }) => id);
    const to = from + mostKnown;
    const more = holders.length > to || queued.length > to;
    return { holders: holders.slice(from, to), queued: queued.slice(from, to), ...(more && { next: to }) };
  }

  report(now: number): AccountReport {
    return {
      configured: this.#configured,
      live: this.#live,
      holders: [...this.#holders.values()].slice(0, mostReported),
      held: this.#holders.size,
      queued: this.#queue.size,
      next: this.#queue.first(10).map(({ id }) => id),
      ...(this.#quietUntil > now && { quietUntil: this.#quietUntil }),
    };
  }

  carry(now: number): CarriedSlots {
    const holders = [...this.#holders.values()];
    const starts = this.#startsInMinute(now);
    const left = mostCarriedBytes - jsonLength(starts);
    const bytes = jsonLength(holders);
    const known = bytes <= left;
    return {
      configured: this.#configured,
      live: this.#live,
      // With some of them left out, more would be admitted than may live: the account finds all of them out anew.
      ...(known && { holders }),
      // Those first whose turn has come.
      waiting: packRequests([...this.#again.values(), ...this.#queue.all()], known ? left - bytes : left),
      starts,
      quietUntil: this.#quietUntil,
      scale: this.#scale,
    };
  }

  #hold(request: SlotRequest, now: number): GrantedSlot {
    const { id, generation, windowMs } = request;
    const until = now + windowMs;
    this.#holders.set(id, { id, generation, since: now, until });
    return { id, generation, sendNotAfter: until };
  }

  #free(id: string): void {
    this.#holders.delete(id);
    this.#again.delete(id);
  }

  get #minute(): number {
    return 60_000 * this.#scale;
  }

  #startsInMinute(now: number): number[] {
    const { startsPerMinute } = this.limits;
    this.#starts = startsPerMinute === undefined ? [] : this.#starts.filter((at) => at > now - this.#minute);
    return this.#starts;
  }
}
