import type { Command } from 'commander';
import { collect, portNumber } from './option-values.js';
import type { LazyFrame } from './program-plans.js';

/** Defines `perdure codec-server`. */
export function addCodecServer(program: Command, { lazily }: LazyFrame): void {
  program
    .command('codec-server')
    .description("decrypt what Temporal's UI and command line show of runs, with the keys of PERDURE_CODEC_KEYS")
    .option('--port <number>', 'port; 0 takes any free one', portNumber, 7310)
    .option('--host <address>', 'where it listens; other machines need PERDURE_INBOX_TOKENS', '127.0.0.1')
    .option(
      '--origin <origin>',
      "where Temporal's UI is; may be repeated (default: http://localhost:8233 and http://127.0.0.1:8233)",
      collect,
    )
    .action(lazily(async () => (await import('./commands/codec-server.js')).codecServer));
}
