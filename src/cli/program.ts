import { Command, Option } from 'commander';
import { endpointNames } from '../core/endpoints.js';
import { runStatuses } from '../core/run.js';
import { addAgentOptions } from './agent-options.js';
import type { CliContext, CommandContext } from './context.js';
import { logFormats } from './log-format.js';
import { collect, portNumber, positive, positiveNumber, wholeNumber } from './option-values.js';
import { Output } from './output.js';
import { addBatches } from './program-batches.js';
import { addCodecServer } from './program-codec-server.js';
import { addPlans, type LazyFrame } from './program-plans.js';
import { ownVersion } from './version.js';

type Implementation<O> = (context: CommandContext, options: O) => Promise<number>;
type Report = (exit: number) => void;

interface Frame {
  context: CliContext;
  report: Report;
}

const exitTable = `
Exit codes: 0 done · 1 the run or the command failed · 2 bad input · 3 waiting for a person (with --no-wait) ·
4 provider or Temporal not reachable · 5 outcome unknown · 130 interrupted.`;

/** Defines every command; what a command does is loaded only when it is called. */
export function createProgram(context: CliContext, report: Report): Command {
  const program = new Command('perdure')
    .description('Durable browser-agent runs on Temporal: started once, watched, checked, answered and cleaned up.')
    .version(ownVersion(), '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .enablePositionalOptions()
    .showHelpAfterError('(see: perdure --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 100,
      getErrHelpWidth: () => context.stderr.columns ?? 100,
    })
    .addHelpText('after', exitTable);
  const frame = { context, report };
  addServing(program, frame);
  addRuns(program, frame);
  addControl(program, frame);
  addAdoption(program, frame);
  addQuestions(program, frame);
  const loading: LazyFrame = { lazily: (load) => lazy(frame, load) };
  addPlans(program, loading);
  addBatches(program, loading);
  addCodecServer(program, loading);
  addUpkeep(program, frame);
  for (const command of program.commands) for (const each of [command, ...command.commands]) addGlobals(each);
  addGlobals(program);
  return program;
}

function addServing(program: Command, frame: Frame): void {
  program
    .command('demo')
    .description('run all five endpoints against a simulator, on a Temporal server of its own; needs no keys')
    .option('--kill-worker', 'kill the worker once in the middle, when the blocking run has ended; another goes on')
    .addHelpText('after', '\nPERDURE_DEMO_DELAY=2s delays every answer of the simulated providers by so much.')
    .action(lazy(frame, async () => (await import('./demo/demo.js')).demo));
  program
    .command('up')
    .description('start the embedded Temporal server (or use the one that TEMPORAL_* names), a worker and the inbox')
    .option('--port <number>', 'port of the embedded server; 0 takes any free one (default: 7233)', portNumber)
    .option('--simulator', 'start simulated providers, and point the default accounts to them')
    .option('--headless', "without the embedded server's web pages")
    .option('--inbox-port <number>', 'port of the inbox; 0 takes any free one (default: 7300)', portNumber)
    .option('--no-inbox', 'without the inbox')
    .option('--metrics <address>', 'Prometheus metrics at HOST:PORT, or a PORT of this machine (or PERDURE_METRICS)')
    .addOption(new Option('--log <format>', 'of logs (default: text on a terminal, else json)').choices(logFormats))
    .option('--no-worker', 'without a worker, beside others that have one')
    .action(lazy(frame, async () => (await import('./commands/up.js')).up));
  program
    .command('simulator')
    .description('serve both simulated providers over HTTP')
    .option('--port <number>', 'port; 0 takes any free one', portNumber, 0)
    .option('--seed <number>', 'seed of the ids', wholeNumber, 1)
    .option('--speed <factor>', 'how many times faster than real its time passes', positive, 1)
    .action(lazy(frame, async () => (await import('./commands/simulator.js')).simulator));
}

function addRuns(program: Command, frame: Frame): void {
  const run = program
    .command('run')
    .description('start a run, or find the one that this key has, and wait for its result')
    .argument('<endpoint>', endpointNames.join(', '))
    .requiredOption('--key <key>', 'the same key is the same run: 1 to 180 of A-Z a-z 0-9 . _ / : -');
  addAgentOptions(run)
    .option('--no-wait', 'only start it')
    .addHelpText(
      'after',
      '\nIn a body, {"$secret":"NAME"} stands for the value of the variable NAME where the worker runs.',
    )
    .action(lazy(frame, async () => (await import('./commands/run.js')).run));
  program
    .command('result')
    .description('wait for the end of a run and print its result')
    .argument('<key>')
    .option('--no-wait', 'do not wait')
    .action(lazy(frame, async () => (await import('./commands/result.js')).result));
}

function addControl(program: Command, frame: Frame): void {
  program
    .command('ls')
    .description('list runs, newest first')
    .option('--status <status...>', `only these: ${runStatuses.join(', ')}`)
    .option('--endpoint <endpoint>', 'only of this endpoint')
    .option('--account <name>', 'only of this account')
    .option('--prefix <text>', 'only keys that begin so')
    .option('--limit <number>', 'at most so many', wholeNumber, 100)
    .action(lazy(frame, async () => (await import('./commands/ls.js')).ls));
  program
    .command('show')
    .description('show how a run stands, or how it ended')
    .argument('<key>')
    .option('--watch', 'go on until it ends')
    .action(lazy(frame, async () => (await import('./commands/show.js')).show));
  program
    .command('stop')
    .description("stop a run: the provider's run is stopped and its session ended")
    .argument('<key>')
    .option('--no-wait', 'do not wait until it has ended')
    .action(lazy(frame, async () => (await import('./commands/stop.js')).stop));
}

function addAdoption(program: Command, frame: Frame): void {
  program
    .command('adopt')
    .description('take a run that was found at the provider for the one of a key whose start was lost')
    .argument('<key>')
    .argument('<runId>', "the provider's id of the run; for anchor.namedTask <task id>/<execution id>")
    .option('--by <name>', 'who found it (default: the user of this machine)')
    .option('--no-wait', 'do not wait until it has ended')
    .action(lazy(frame, async () => (await import('./commands/adopt.js')).adopt));
}

function addQuestions(program: Command, frame: Frame): void {
  program
    .command('questions')
    .description('list the questions that wait for a person, those with the earliest deadline first')
    .option('--assignee <name>', 'only those that this person, or a group of theirs, may answer')
    .action(lazy(frame, async () => (await import('./commands/questions.js')).questions));
  program
    .command('answer')
    .description('answer a question; in a terminal, without an answer given, by a form')
    .argument('<id>', 'as `perdure questions` shows it')
    .option('--text <text>', 'the answer, as a text')
    .option('--yes', 'the answer is yes')
    .option('--no', 'the answer is no')
    .option(
      '--json [value]',
      'the answer as JSON, such as \'{"approved":true}\'; in any case, print one line of JSON on stdout',
    )
    .option('--field <name=value>', 'one field of the answer; may be repeated', collect)
    .option('--by <name>', 'who answers (default: the user of this machine)')
    .action(lazy(frame, async () => (await import('./commands/answer.js')).answer));
  program
    .command('takeover')
    .description("take a run's browser over and open its live view; the agent pauses where it can")
    .argument('<key>')
    .option('--hand-back', 'give the browser back to the agent')
    .option('--no-open', 'print the link to the live view, and open nothing')
    .option('--by <name>', 'who takes it over (default: the user of this machine)')
    .action(lazy(frame, async () => (await import('./commands/takeover.js')).takeover));
}

function addUpkeep(program: Command, frame: Frame): void {
  program
    .command('sweep')
    .description('find sessions and runs of this deployment whose workflow has ended; with --yes, end them')
    .option('--yes', 'end what is found; otherwise it is only shown')
    .option('--account <name>', "only this account; may be repeated (default: the worker's)", collect)
    .option('--older-than <duration>', 'leave what is younger alone (default: 10m)')
    .option('--schedule <interval>', "have Temporal do it every so often, such as '15 minutes'")
    .option('--unschedule', 'end that schedule')
    .option('--accept-cluster', 'let the home belong to this Temporal namespace from now on')
    .action(lazy(frame, async () => (await import('./commands/sweep.js')).sweep));
  program
    .command('account')
    .description('show the limits of an account, who has its slots, who waits, and how its runs are looked at')
    .argument('<name>', '<provider>/<name>, such as anchor/default')
    .option('--concurrent-runs <number>', 'from now on, so many runs at once', positiveNumber)
    .option('--starts-per-minute <number>', 'from now on, so many starts in a minute', positiveNumber)
    .option('--requests-per-minute <number>', 'from now on, so many requests in a minute for looking', positiveNumber)
    .option('--reset', 'go back to what the workers are configured with')
    .action(lazy(frame, async () => (await import('./commands/account.js')).account));
  program
    .command('doctor')
    .description('check everything that a run needs, each with its cure')
    .option('--setup', "make the Temporal namespace and Perdure's search attributes where they are missing")
    .option('--worker', 'check only whether a worker of this machine works; for the health check of its container')
    .action(lazy(frame, async () => (await import('./commands/doctor.js')).doctor));
  program
    .command('config')
    .description('show each setting, and where it comes from; keys are never shown')
    .action(lazy(frame, async () => (await import('./commands/config.js')).config));
}

/** Options that every command has, before and after its name. */
function addGlobals(command: Command): void {
  command
    .option('--home <folder>', 'folder of the embedded server (default: PERDURE_HOME, or .perdure)')
    .option('--config <file>', 'configuration file (default: PERDURE_CONFIG, or perdure.config.yaml)');
  if (command.options.some(({ long }) => long === '--json')) return;
  command.option('--json', 'one line of JSON on stdout, everything for people on stderr');
}

/** Calls an implementation with its options and arguments by name, once it is loaded. */
function lazy<O extends object>(frame: Frame, load: () => Promise<Implementation<O>>) {
  return async function call(this: Command): Promise<void> {
    const named = this.registeredArguments.map((argument, index) => [argument.name(), this.processedArgs[index]]);
    const options = {
      ...this.parent?.parent?.opts(),
      ...this.parent?.opts(),
      ...this.opts(),
      ...Object.fromEntries(named),
    } as O & GlobalOptions;
    const { home, config, json } = options;
    const output = new Output(frame.context, json !== undefined && json !== false);
    const flags = { ...(home !== undefined && { home }), ...(config !== undefined && { config }) };
    const implementation = await load();
    frame.report(await implementation({ ...frame.context, output, flags }, options));
  };
}

interface GlobalOptions {
  home?: string;
  config?: string;
  json?: boolean | string;
}
