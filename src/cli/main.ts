#!/usr/bin/env node
import { runCli } from './cli.js';
import type { CliContext } from './context.js';
import { tellFailure } from './failure.js';
import { processInterruption } from './interruption.js';

const context: CliContext = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  interruption: processInterruption(process),
};

function end(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

// The reader of a pipe may leave early, as `head` does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}
process.on('uncaughtException', (error) => end(tellFailure(context, error, false)));

end(await runCli(context, process.argv.slice(2)));
