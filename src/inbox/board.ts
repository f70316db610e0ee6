import { randomBytes } from 'node:crypto';
import type { WaitingQuestions } from '../client/questions.js';
import { type Question, workflowOfQuestion } from '../core/question.js';

/** Something that happened to the questions. */
export interface BoardEvent {
  /** Unlike any other's, also of another process's. */
  id: string;
  type: 'asked' | 'changed' | 'closed';
  question: Question;
}

/** Told of what happens. */
export type BoardListener = (event: BoardEvent) => void;

const mostRemembered = 200;
/** Milliseconds that it goes on looking when nobody watches: a stream that was cut finds what it missed. */
const lingerMs = 60_000;
/** A look that takes long is followed by a pause that is so many times longer, so that looking never takes up the server. */
const restFactor = 3;

/** The open questions, looked for once for everybody who watches; while nobody does, nothing is looked for. */
export class Board {
  readonly #boot = randomBytes(6).toString('hex');
  readonly #listeners = new Set<BoardListener>();
  readonly #remembered: BoardEvent[] = [];
  #known = new Map<string, Question>();
  #count = 0;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #linger: NodeJS.Timeout | undefined;
  #trouble = false;
  #resting = true;

  constructor(
    private readonly read: () => Promise<WaitingQuestions>,
    private readonly pauseMs: number,
    private readonly onTrouble: (line: string) => void = () => undefined,
  ) {}

  /**
   * Tells a listener of everything from now on, and first of what happened after the event that it saw last.
   * `missed`: that event is not remembered, so that there may have been more.
   */
  watch(listener: BoardListener, lastSeen?: string): { missed: boolean; stop: () => void } {
    const place = this.#remembered.findIndex(({ id }) => id === lastSeen);
    const missed = lastSeen !== undefined && place < 0 && lastSeen !== this.#lastId();
    if (place >= 0) for (const event of this.#remembered.slice(place + 1)) listener(event);
    this.#listeners.add(listener);
    clearTimeout(this.#linger);
    this.#resting = false;
    this.#next(0);
    return {
      missed,
      stop: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size > 0) return;
        this.#linger = setTimeout(() => this.#rest(), lingerMs);
        this.#linger.unref();
      },
    };
  }

  /** The id of what happened last. */
  #lastId(): string {
    return `${this.#boot}-${this.#count}`;
  }

  /** Where a stream that begins now stands. */
  get position(): string {
    return this.#lastId();
  }

  get watchers(): number {
    return this.#listeners.size;
  }

  /** Has the board look at once: something was just done here. */
  nudge(): void {
    this.#next(0);
  }

  close(): void {
    this.#listeners.clear();
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#linger);
    this.#resting = true;
    // What happens from here on can't be told later.
    this.#known.clear();
    this.#remembered.length = 0;
    this.#count += 1;
  }

  #next(pauseMs: number): void {
    if (this.#resting || this.#looking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, pauseMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const began = Date.now();
    try {
      const { questions, silent } = await this.read();
      if (this.#resting) return;
      this.#take(questions, new Set(silent));
      this.#trouble = false;
    } catch (error) {
      if (!this.#trouble) this.onTrouble(`The inbox can't look for questions: ${wordsOf(error)}`);
      this.#trouble = true;
    }
    this.#looking = undefined;
    this.#next(Math.max(this.pauseMs, restFactor * (Date.now() - began)));
  }

  /** Of a workflow that told nothing, what is known stays. */
  #take(questions: readonly Question[], silent: ReadonlySet<string>): void {
    const now = new Map(questions.map((question) => [question.id, question]));
    const before = this.#known;
    for (const [id, question] of before) if (silent.has(workflowOfQuestion(id) ?? '')) now.set(id, question);
    this.#known = now;
    for (const [id, question] of now) {
      const old = before.get(id);
      if (!old) this.#tell('asked', question);
      else if (JSON.stringify(old) !== JSON.stringify(question)) this.#tell('changed', question);
    }
    for (const [id, question] of before) if (!now.has(id)) this.#tell('closed', question);
  }

  #tell(type: BoardEvent['type'], question: Question): void {
    this.#count += 1;
    const event = { id: this.#lastId(), type, question };
    this.#remembered.push(event);
    if (this.#remembered.length > mostRemembered) this.#remembered.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unexpected';
}
