import { type Command, Option } from 'commander';
import { collect } from './option-values.js';

/** What a run is made of, as `run` and `batch run` take it. */
export function addAgentOptions(command: Command): Command {
  return command
    .option('--prompt <text>', 'what the agent is to do (anchor.webTask, anchor.sessionAgent)')
    .option('--url <address>', 'where it begins (anchor.webTask)')
    .option('--task <text>', 'what the agent is to do (browserbase.agentRun)')
    .option('--task-id <id>', 'the task to run (anchor.task)')
    .option('--task-name <name>', 'the task to run (anchor.namedTask)')
    .option('--input <name=value>', 'an input of the task; may be repeated (anchor.task, anchor.namedTask)', collect)
    .option('--session-id <id>', 'a live session of yours, which is not ended (anchor.*)')
    .option(
      '--body <json>',
      "the builder's whole input: JSON, a file of it, or - for standard input; the options above go on top of it",
    )
    .option('--schema <json>', 'JSON Schema, or a file of it, that the result has to fit')
    .addOption(
      new Option('--effect <effect>', 'whether doing it twice would matter (default: write)').choices([
        'read',
        'write',
      ]),
    )
    .option('--deadline <duration>', "how long the run may take, such as '90s' or '2h' (default: 1h)")
    .option('--account <name>', "<provider>/<name> (default: the provider's default account)");
}
