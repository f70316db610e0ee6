import { jsonLength } from '../src/core/batch.js';
import { cadenceAt } from '../src/core/timings.js';
import type { Enrolment, Sighting, StartRef, Watched, WatcherReport } from '../src/core/watch.js';

type WatchTimings = Enrolment['timings'];

/** The runs as they are carried over: timings that many have in common stand there once. */
export interface CarriedRoster {
  timings: WatchTimings[];
  runs: (Omit<Watched, 'timings'> & { timings: number })[];
  quietUntil?: number;
  lastTick?: number;
}

/** Bytes of JSON of the runs that are carried over; the check of every worker finds those that are left out. */
const mostCarriedBytes = 1_500_000;
/** Milliseconds: ticks that follow each other faster cost more than they tell. */
const shortestGap = 400;
/** Milliseconds: runs that are looked at rarely are so at their own time. */
const longestBeat = 3_000;

/** The runs that one watcher looks at, and when the next look is due. */
export class Roster {
  readonly #runs = new Map<string, Watched>();
  #lastTick: number;
  #quietUntil: number;
  /** Since when, in epoch milliseconds, runs are due for which no beat is waited. */
  readonly #hastened = new Map<string, number>();

  constructor({ timings, runs, quietUntil = 0, lastTick = 0 }: CarriedRoster = { timings: [], runs: [] }) {
    for (const { timings: index, ...run } of runs) {
      const own = timings[index];
      if (own) this.#runs.set(run.id, { ...run, timings: own });
    }
    this.#quietUntil = quietUntil;
    this.#lastTick = lastTick;
  }

  get size(): number {
    return this.#runs.size;
  }

  /** Epoch milliseconds of the last tick, or 0. */
  get lastTick(): number {
    return this.#lastTick;
  }

  starts(): StartRef[] {
    return [...this.#runs.values()].map(({ id, handle }) => ({ id, generation: handle.generation }));
  }

  /** Takes runs in; one that is known begins anew, unless it is of an earlier start. */
  enrol(enrolments: readonly Enrolment[], now: number): void {
    for (const enrolment of enrolments) {
      const known = this.#runs.get(enrolment.id);
      if (known && known.handle.generation > enrolment.handle.generation) continue;
      this.#runs.set(enrolment.id, { ...enrolment, since: now, next: now, looks: known?.looks ?? 0, seen: {} });
    }
  }

  /** Lets a run go, unless a later start of it was taken in. */
  withdraw({ id, generation }: StartRef): void {
    if ((this.#runs.get(id)?.handle.generation ?? Number.POSITIVE_INFINITY) <= generation) this.#runs.delete(id);
  }

  /** Makes the runs with one of these ids, or in one of these sessions, due at once; all of them where none is named. */
  hasten(ids: readonly string[], now: number): void {
    const named = new Set(ids);
    for (const run of this.#runs.values()) {
      const { runId, sessionId } = run.handle;
      if (named.size > 0 && !(named.has(runId ?? '') || named.has(sessionId ?? ''))) continue;
      run.next = Math.min(run.next, now);
      this.#hastened.set(run.id, now);
    }
  }

  /** When the next tick is due: on the beat of the shortest cadence, so that one tick serves many runs. */
  nextTick(): number {
    let next = Number.POSITIVE_INFINITY;
    let gap = Number.POSITIVE_INFINITY;
    for (const run of this.#runs.values()) {
      next = Math.min(next, run.next);
      gap = Math.min(gap, run.timings.cadence.first);
    }
    if (next === Number.POSITIVE_INFINITY) return next;
    const beat = Math.max(Math.min(gap, longestBeat), shortestGap);
    const earliest = Math.max(next, this.#lastTick + 1, this.#quietUntil);
    const onBeat = Math.ceil(earliest / beat) * beat;
    const hastened = Math.min(...this.#hastened.values());
    return Math.min(onBeat, Math.max(hastened, this.#lastTick + shortestGap, this.#quietUntil));
  }

  /** The runs that are due, those first that have waited longest; so many of them, from a place on. */
  due(now: number, from = 0, most = Number.POSITIVE_INFINITY): Watched[] {
    const due = [...this.#runs.values()].filter(({ next }) => next <= now);
    return due.toSorted((a, b) => a.next - b.next).slice(from, from + most);
  }

  /** Takes in what a tick found out of those that it looked at; what it did not look at stays due. */
  looked(looked: readonly Watched[], sightings: readonly Sighting[], now: number): void {
    for (const { id, generation, seen, told, over } of sightings) {
      const run = this.#runs.get(id);
      if (!run || run.handle.generation !== generation) continue;
      run.seen = seen;
      if (over) this.#runs.delete(id);
      else if (told) Object.assign(run, { looks: -1, since: now });
    }
    for (const run of looked) {
      run.looks += 1;
      run.next = nextLook(run, now);
      const hastened = this.#hastened.get(run.id) ?? 0;
      // What has happened since may not have been seen.
      if (hastened > now) run.next = hastened;
      else this.#hastened.delete(run.id);
    }
    for (const id of this.#hastened.keys()) if (!this.#runs.has(id)) this.#hastened.delete(id);
    this.#lastTick = now;
  }

  /** Nothing is looked at until then. */
  quiet(until: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, until);
  }

  report(now: number, failures: number): WatcherReport {
    const runs = [...this.#runs.values()];
    const pauses = runs.map(({ timings, since }) => cadenceAt(timings.cadence, now - since));
    return {
      runs: runs.length,
      failures,
      ...(runs.length > 0 && {
        nextTick: this.nextTick(),
        cadence: { shortest: Math.min(...pauses), longest: Math.max(...pauses) },
      }),
      ...(this.#quietUntil > now && { quietUntil: this.#quietUntil }),
    };
  }

  carry(): CarriedRoster {
    const timings: WatchTimings[] = [];
    const indices = new Map<string, number>();
    const runs: CarriedRoster['runs'] = [];
    let bytes = 0;
    for (const { timings: own, ...run } of this.#runs.values()) {
      const text = JSON.stringify(own);
      const known = indices.get(text);
      const index = known ?? timings.length;
      const carried = { ...run, timings: index };
      bytes += jsonLength(carried) + 1 + (known === undefined ? text.length + 1 : 0);
      if (bytes > mostCarriedBytes) break;
      if (known === undefined) timings.push(own);
      indices.set(text, index);
      runs.push(carried);
    }
    return { timings, runs, quietUntil: this.#quietUntil, lastTick: this.#lastTick };
  }
}

/** The next look after one at `now`: on the beat of the looks before it; those that were missed are left out. */
function nextLook({ timings: { cadence }, since, next, seen }: Watched, now: number): number {
  // One that its provider does not know is looked at often, until that is certain.
  const pause = seen.goneSince === undefined ? cadenceAt(cadence, now - since) : cadence.first;
  return next + Math.max(1, Math.ceil((now - next + 1) / pause)) * pause;
}
