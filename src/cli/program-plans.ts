import type { Command } from 'commander';
import type { CommandContext } from './context.js';
import { planStatuses } from '../core/plan.js';
import { collect, wholeNumber } from './option-values.js';

type Load<O> = () => Promise<(context: CommandContext, options: O) => Promise<number>>;

/** What groups of commands need of the program. */
export interface LazyFrame {
  /** Calls an implementation once it is loaded. */
  lazily<O extends object>(load: Load<O>): (this: Command) => Promise<void>;
}

/** Defines `perdure plan` and what is below it. */
export function addPlans(program: Command, { lazily }: LazyFrame): void {
  const plan = program.command('plan').description('check, start, show and stop plans: documents of steps in order');
  plan
    .command('check')
    .description('tell everything that is wrong with a plan, by line; starts nothing, and needs no server')
    .argument('<file>', 'YAML or JSON, or - for standard input')
    .action(lazily(async () => (await import('./commands/plan.js')).planCheck));
  plan
    .command('run')
    .description('start a plan, or find the one that this key has, and wait for its end')
    .argument('<file>', 'YAML or JSON, or - for standard input')
    .requiredOption('--key <key>', 'the same key is the same plan: 1 to 80 of A-Z a-z 0-9 . _ / : -')
    .option('--inputs <json>', 'what the plan is started with: JSON, a file of it, or - for standard input')
    .option('--input <name=value>', 'one of its inputs; may be repeated', collect)
    .option(
      '--schedule <cron>',
      "have Temporal start it again and again, such as '0 6 * * 1-5'; nothing is started now",
    )
    .option('--no-wait', 'only start it')
    .action(lazily(async () => (await import('./commands/plan.js')).planRun));
  plan
    .command('show')
    .description('show how a plan stands, or how it ended, step by step')
    .argument('<key>')
    .option('--watch', 'go on until it ends')
    .action(lazily(async () => (await import('./commands/plan.js')).planShow));
  plan
    .command('ls')
    .description('list plans, newest first')
    .option('--status <status...>', `only these: ${planStatuses.join(', ')}`)
    .option('--prefix <text>', 'only keys that begin so')
    .option('--limit <number>', 'at most so many', wholeNumber, 100)
    .action(lazily(async () => (await import('./commands/plan-ls.js')).planLs));
  plan
    .command('stop')
    .description('stop a plan: its runs are stopped and its questions closed')
    .argument('<key>')
    .option('--unschedule', 'end the schedule of this key; plans that it has started go on')
    .option('--no-wait', 'do not wait until it has ended')
    .action(lazily(async () => (await import('./commands/plan.js')).planStop));
}
