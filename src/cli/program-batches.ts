import { type Command, Option } from 'commander';
import { batchStatuses, defaultWindow } from '../core/batch.js';
import { addAgentOptions } from './agent-options.js';
import { positiveNumber, wholeNumber } from './option-values.js';
import type { LazyFrame } from './program-plans.js';

/** Defines `perdure batch` and what is below it. */
export function addBatches(program: Command, { lazily }: LazyFrame): void {
  const batch = program.command('batch').description('run many items of one kind, so many at once');
  const run = batch
    .command('run')
    .description('run every line of a JSONL file, or go on with it; what the results file has is not done again')
    .argument('<file>', 'one item of JSON a line')
    .requiredOption('--key <key>', 'the same key is the same batch; the run of an item has <key>/<item key>')
    .option('--endpoint <endpoint>', "where the items run (default: each line's own field `endpoint`)")
    .option('--item-key <field>', 'the field that names a line (default: key, or else id)');
  addAgentOptions(run)
    .option('--window <number>', `runs at once (default: ${defaultWindow})`, positiveNumber)
    .option(
      '--results <file>',
      'takes a line for each item that has ended (default: <key>.results.jsonl beside the file)',
    )
    .option('--stop-on <failures>', 'start nothing more after so many failures, such as 20 or 5%')
    .addOption(new Option('--again <which>', 'also do again what failed').choices(['failed']))
    .addHelpText('after', batchHelp)
    .action(lazily(async () => (await import('./commands/batch.js')).batchRun));
  batch
    .command('show')
    .description('show how a batch stands, or how it went')
    .argument('<key>')
    .action(lazily(async () => (await import('./commands/batch.js')).batchShow));
  batch
    .command('ls')
    .description('list batches, newest first')
    .option('--status <status...>', `only these: ${batchStatuses.join(', ')}`)
    .option('--prefix <text>', 'only keys that begin so')
    .option('--limit <number>', 'at most so many', wholeNumber, 100)
    .action(lazily(async () => (await import('./commands/batch-ls.js')).batchLs));
  batch
    .command('stop')
    .description('start nothing more of a batch, and stop what lives')
    .argument('<key>')
    .option('--no-wait', 'do not wait until it has ended')
    .action(lazily(async () => (await import('./commands/batch.js')).batchStop));
}

const batchHelp = `
Without --prompt, --task and the like, a line is the input of its agent as it stands. With them, they are a template:
{{field}} stands for a field of the line, and the line itself is not sent.
With --json, one line for each item that ends, and last the report.`;
