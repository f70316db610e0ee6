import { styleText } from 'node:util';
import type { CliContext, TextStream } from './context.js';

/** The looks that are used. */
export type Look = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

/** Where a command's words go: for people, or with `--json` one line of JSON on stdout and the words on stderr. */
export class Output {
  /** The stream that people read. */
  readonly people: TextStream;
  readonly #context: Pick<CliContext, 'stdout' | 'stderr' | 'env'>;

  constructor(
    context: Pick<CliContext, 'stdout' | 'stderr' | 'env'>,
    readonly json: boolean,
  ) {
    this.#context = context;
    this.people = json ? context.stderr : context.stdout;
  }

  /** What was asked for, for people. */
  say(text: string): void {
    this.people.write(`${text}\n`);
  }

  /** What happens on the way, for people; never on stdout, so that a result can be piped. */
  note(text: string): void {
    this.#context.stderr.write(`${text}\n`);
  }

  /** What was asked for, for programs; nothing without `--json`. */
  data(value: unknown): void {
    if (this.json) this.#context.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Colours a text where the people's stream shows colours. */
  paint(look: Look | Look[], text: string): string {
    return this.#paintFor(this.people, look, text);
  }

  /** The same for what goes to `note`. */
  paintNote(look: Look | Look[], text: string): string {
    return this.#paintFor(this.#context.stderr, look, text);
  }

  /** Whether `note` writes to a terminal that a line can be redrawn on. */
  get notesAreLive(): boolean {
    return isLive(this.#context.stderr, this.#context.env);
  }

  get notes(): TextStream {
    return this.#context.stderr;
  }

  #paintFor(stream: TextStream, look: Look | Look[], text: string): string {
    const { env } = this.#context;
    if (!isLive(stream, env) || env.NO_COLOR) return text;
    return styleText(look, text, { validateStream: false });
  }
}

/** Whether a stream is a terminal that understands more than text. */
export function isLive(stream: TextStream, env: CliContext['env']): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** A text from elsewhere, without what a terminal would take for commands. Line breaks stay. */
export function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, ' ');
}

/** The same in one line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
