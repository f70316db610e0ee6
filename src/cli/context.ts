import type { Env } from '../client/settings.js';
import type { Output } from './output.js';

/** A stream that text is written to; a terminal where it says so. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/** How a command learns of Ctrl-C and SIGTERM. */
export interface Interruption {
  /**
   * Takes the first signal over: it aborts what is given back, and the command ends by itself. The second, and the first
   * where nobody has taken it, end the process at once.
   */
  take(): AbortSignal;
}

/** All that the command line needs of a process. */
export interface CliContext {
  stdout: TextStream;
  stderr: TextStream;
  stdin: AsyncIterable<Uint8Array | string>;
  env: Env;
  cwd: string;
  interruption: Interruption;
}

/** What a command works with. */
export interface CommandContext extends CliContext {
  output: Output;
  /** `--home` and `--config`, where given. */
  flags: { home?: string; config?: string };
}
