import type { SlotRequest } from '../src/core/admission.js';

/** Those of one caller, in the order in which they came. */
interface Line {
  fairness: string;
  weight: number;
  /** How much it has been served, by its weight; the line with the least is next. */
  served: number;
  requests: SlotRequest[];
}

interface Level {
  priority: number;
  lines: Map<string, Line>;
  /** What the line had been served that was served last: where a new line begins. */
  clock: number;
  /** What lines had been served that are empty now, as far as it counts still. */
  past: Map<string, number>;
}

/** Runs that wait: by priority, then each caller in turn, then first come first served. */
export class FairQueue {
  readonly #levels = new Map<number, Level>();
  readonly #places = new Map<string, SlotRequest>();

  constructor(requests: readonly SlotRequest[]) {
    for (const request of requests) this.add(request);
  }

  get size(): number {
    return this.#places.size;
  }

  /** Adds a run at the end of its line; one that waits already keeps its place. */
  add(request: SlotRequest): void {
    const known = this.#places.get(request.id);
    if (known) {
      known.generation = Math.max(known.generation, request.generation);
      return;
    }
    const { priority, fairness, weight } = request;
    const level: Level = this.#levels.get(priority) ?? { priority, lines: new Map(), clock: 0, past: new Map() };
    this.#levels.set(priority, level);
    const line = level.lines.get(fairness) ?? { fairness, weight, served: servedBefore(level, fairness), requests: [] };
    level.lines.set(fairness, line);
    const own = { ...request };
    line.requests.push(own);
    this.#places.set(request.id, own);
  }

  /** Takes the run whose turn it is. */
  take(): SlotRequest | undefined {
    const level = this.#firstLevel();
    const line = level && nextLine(level);
    const request = line?.requests.shift();
    if (!level || !line || !request) return undefined;
    this.#places.delete(request.id);
    level.clock = line.served;
    line.served += 1 / Math.max(line.weight, 0.001);
    if (line.requests.length === 0) this.#drop(level, line);
    return request;
  }

  /** Removes a run, unless it waits with a later start. */
  remove(id: string, generation: number): void {
    const request = this.#places.get(id);
    if (!request || request.generation > generation) return;
    this.#places.delete(id);
    const level = this.#levels.get(request.priority);
    const line = level?.lines.get(request.fairness);
    if (!level || !line) return;
    line.requests.splice(line.requests.indexOf(request), 1);
    if (line.requests.length === 0) this.#drop(level, line);
  }

  /** All that wait: those of one priority and caller together, in their order. */
  all(): SlotRequest[] {
    return [...this.#levels.values()].flatMap(({ lines }) => [...lines.values()].flatMap(({ requests }) => requests));
  }

  /** The first so many, in the order of their turns. */
  first(most: number): SlotRequest[] {
    const copy = new FairQueue([]);
    for (const level of this.#levels.values()) {
      const lines = [...level.lines.values()].map((line) => ({ ...line, requests: line.requests.slice(0, most) }));
      copy.#levels.set(level.priority, {
        ...level,
        lines: new Map(lines.map((line) => [line.fairness, line])),
        past: new Map(level.past),
      });
    }
    const first: SlotRequest[] = [];
    for (let next = copy.take(); next && first.length < most; next = copy.take()) first.push(next);
    return first;
  }

  #firstLevel(): Level | undefined {
    let first: Level | undefined;
    for (const level of this.#levels.values()) {
      if (level.lines.size > 0 && (!first || level.priority < first.priority)) first = level;
    }
    return first;
  }

  #drop(level: Level, line: Line): void {
    level.lines.delete(line.fairness);
    level.past.set(line.fairness, line.served);
    for (const [fairness, served] of level.past) if (served <= level.clock) level.past.delete(fairness);
  }
}

function nextLine({ lines }: Level): Line | undefined {
  let next: Line | undefined;
  for (const line of lines.values()) if (!next || line.served < next.served) next = line;
  return next;
}

function servedBefore({ clock, past }: Level, fairness: string): number {
  return Math.max(clock, past.get(fairness) ?? 0);
}
