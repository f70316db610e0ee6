import type { CliContext } from './context.js';
import { exits } from './exit-codes.js';
import { tellFailure } from './failure.js';
import { createProgram } from './program.js';

/** Runs a command line in a context; gives the exit and throws nothing. */
export async function runCli(context: CliContext, args: readonly string[]): Promise<number> {
  let exit: number = exits.done;
  const program = createProgram(context, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exit;
  } catch (error) {
    const json = args.some((arg) => arg === '--json' || arg.startsWith('--json='));
    return tellFailure(context, error, json);
  }
}
