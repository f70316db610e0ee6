import { runCli } from '../../src/cli/cli.js';
import type { CliContext } from '../../src/cli/context.js';

/** What a command line is called with in a test. */
export interface Call {
  env?: CliContext['env'];
  cwd?: string;
  stdin?: string;
  /** Whether stdout and stderr are terminals, of 100 columns. */
  tty?: boolean;
}

/** A command line that runs in this process. */
export interface Called {
  /** All that was written so far. */
  stdout(): string;
  stderr(): string;
  /** What Ctrl-C does; before the command has taken it over, nothing. */
  interrupt(): void;
  /** Resolves when what was written to either stream matches. */
  until(pattern: RegExp): Promise<void>;
  exit: Promise<number>;
}

/** A command line that has ended. */
export interface Ended {
  exit: number;
  stdout: string;
  stderr: string;
}

/** Begins to run a command line in this process. */
export function call(args: readonly string[], { env = {}, cwd = '/', stdin = '', tty = false }: Call = {}): Called {
  const texts = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const stream = (name: keyof typeof texts) => ({
    write(text: string) {
      texts[name] += text;
      for (const look of waiting) look();
    },
    ...(tty && { isTTY: true, columns: 100 }),
  });
  const controller = new AbortController();
  const exit = runCli(
    {
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      stdin: (async function* () {
        yield await Promise.resolve(stdin);
      })(),
      env,
      cwd,
      interruption: { take: () => controller.signal },
    },
    args,
  );
  return {
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    interrupt: () => controller.abort(),
    until: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!pattern.test(texts.stdout + texts.stderr)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    exit,
  };
}

/** Runs a command line in this process to its end. */
export async function run(args: readonly string[], options: Call = {}): Promise<Ended> {
  const called = call(args, options);
  return { exit: await called.exit, stdout: called.stdout(), stderr: called.stderr() };
}

/** The JSON that a command with `--json` prints as its only line on stdout. */
export function jsonOf({ stdout }: Ended): unknown {
  return JSON.parse(stdout) as unknown;
}
