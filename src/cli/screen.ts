import type { TextStream } from './context.js';

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
const clearBelow = '\x1b[0J';

/** Some lines at the bottom of a terminal that are drawn again and again. */
export class Screen {
  readonly #stream: TextStream;
  #drawn = 0;

  constructor(stream: TextStream) {
    this.#stream = stream;
    stream.write(hideCursor);
  }

  /** Characters that a line may have. */
  get width(): number {
    return Math.max(20, (this.#stream.columns ?? 80) - 1);
  }

  /** Puts these lines in the place of the ones before. None may be longer than the width. */
  draw(lines: readonly string[]): void {
    this.#stream.write(`${this.#toTop()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.length;
  }

  /** Writes a line that stays, above the ones that are drawn next. */
  above(line: string): void {
    this.#stream.write(`${this.#toTop()}${line}\n`);
    this.#drawn = 0;
  }

  /** Leaves the last drawing as it is and gives the cursor back. */
  close(): void {
    this.#stream.write(showCursor);
  }

  #toTop(): string {
    return this.#drawn === 0 ? '\r' : `\x1b[${this.#drawn}A\r${clearBelow}`;
  }
}
