import { CommanderError } from 'commander';
import { isPerdureError, PerdureError } from '../core/errors.js';
import type { CliContext } from './context.js';
import { exitOfCode, exits } from './exit-codes.js';
import { harmless, Output } from './output.js';

const stackCure = 'Run it again with PERDURE_LOG_LEVEL=debug to see where, and report it with what it prints.';

/** Tells a person, and with `--json` a program, why a command failed; gives the exit. */
export function tellFailure(
  context: Pick<CliContext, 'stdout' | 'stderr' | 'env'>,
  error: unknown,
  json: boolean,
): number {
  const output = new Output(context, json);
  if (error instanceof CommanderError) return tellUsage(output, error);
  const known = asPerdureError(error);
  const { code, message, hint } = known;
  tellError(output, known);
  output.note(`${output.paintNote('dim', 'code:')} ${code} (docs/errors/${code}.md)`);
  output.data({ error: { code, message, ...(hint !== undefined && { hint }) } });
  if (context.env.PERDURE_LOG_LEVEL === 'debug' || context.env.PERDURE_LOG_LEVEL === 'trace') {
    output.note(harmless(stackOf(error)));
  }
  return exitOfCode(code);
}

/** Writes what went wrong and what to do about it. */
export function tellError(output: Output, { message, hint }: { message: string; hint?: string | undefined }): void {
  output.note(`${output.paintNote(['bold', 'red'], 'error:')} ${harmless(message)}`);
  if (hint) output.note(`${output.paintNote('cyan', 'hint:')} ${harmless(hint)}`);
}

/** The parser has told people already. */
function tellUsage(output: Output, { exitCode, message }: CommanderError): number {
  if (exitCode === 0) return exits.done;
  output.data({ error: { code: 'bad-input', message: message.replace(/^error: /, '') } });
  return exits.badInput;
}

function asPerdureError(error: unknown): PerdureError {
  if (isPerdureError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PerdureError({ code: 'internal', message: `Unexpected: ${message}`, hint: stackCure, cause: error });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
