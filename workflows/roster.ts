import { cadenceAt } from '../src/core/timings.js';
import type { Enrolment, Sighting, Watched } from '../src/core/watch.js';

/** The runs that one watcher looks at, and when the next look is due. */
export class Roster {
  readonly #runs = new Map<string, Watched>();
  #lastTick = 0;
  #quietUntil = 0;

  constructor(runs: readonly Watched[]) {
    for (const run of runs) this.#runs.set(run.id, run);
  }

  get size(): number {
    return this.#runs.size;
  }

  all(): Watched[] {
    return [...this.#runs.values()];
  }

  /** Takes runs in; one that is known begins anew, unless it is of an earlier start. */
  enrol(enrolments: readonly Enrolment[], now: number): void {
    for (const enrolment of enrolments) {
      const known = this.#runs.get(enrolment.id);
      if (known && known.handle.generation > enrolment.handle.generation) continue;
      const looks = known?.looks ?? 0;
      this.#runs.set(enrolment.id, {
        ...enrolment,
        since: now,
        next: now + enrolment.timings.cadence.first,
        looks,
        seen: {},
      });
    }
  }

  /** Lets a run go, unless a later start of it was taken in. */
  withdraw(id: string, generation: number): void {
    if ((this.#runs.get(id)?.handle.generation ?? Number.POSITIVE_INFINITY) <= generation) this.#runs.delete(id);
  }

  /** When the next tick is due: at the earliest a first cadence after the last, so that one tick serves many runs. */
  nextTick(): number {
    let next = Number.POSITIVE_INFINITY;
    let gap = Number.POSITIVE_INFINITY;
    for (const run of this.#runs.values()) {
      next = Math.min(next, run.next);
      gap = Math.min(gap, run.timings.cadence.first);
    }
    return Math.max(next, this.#lastTick + gap, this.#quietUntil);
  }

  /** The runs that are due. */
  due(now: number): Watched[] {
    return this.all().filter(({ next }) => next <= now);
  }

  /** Takes in what a tick found out; each of the due has been looked at. */
  looked(due: readonly Watched[], sightings: readonly Sighting[], now: number): void {
    for (const run of due) {
      run.looks += 1;
      run.next = nextLook(run, now);
    }
    for (const { id, generation, seen, told, over } of sightings) {
      const run = this.#runs.get(id);
      if (!run || run.handle.generation !== generation) continue;
      run.seen = seen;
      if (over) this.#runs.delete(id);
      else if (told) Object.assign(run, { looks: 0, since: now, next: now + run.timings.cadence.first });
    }
    this.#lastTick = now;
  }

  /** A tick has failed: the due stay due. */
  missed(now: number): void {
    this.#lastTick = now;
  }

  /** Nothing is looked at until then. */
  quiet(until: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, until);
  }
}

/** The next look after one at `now`: on the beat of the looks before it; those that were missed are left out. */
function nextLook({ timings: { cadence }, since, next }: Watched, now: number): number {
  const pause = cadenceAt(cadence, now - since);
  return next + Math.max(1, Math.ceil((now - next + 1) / pause)) * pause;
}
