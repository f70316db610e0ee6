import { PerdureError } from '../src/core/errors.js';
import { BenchError } from './bench-error.js';
import { measureAnswers } from './answer/measure.js';
import { Closing } from './closing.js';
import { measureFlood } from './flood/measure.js';
import { measureHealing } from './loss/heal.js';
import { measureKill } from './loss/kill.js';
import { type Command, readCommand, usage } from './options.js';
import { measureOverhead } from './overhead/measure.js';
import { say } from './say.js';
import { measureSteps } from './steps/measure.js';
import { measureWatching } from './watch/measure.js';

const interrupted = 130;

async function main(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (typeof command === 'string') {
    say(`${command}\n\n${usage}`);
    return 2;
  }
  const closing = new Closing();
  try {
    return await Promise.race([measure(command, closing), interruption()]);
  } catch (error) {
    say(words(error));
    return 1;
  } finally {
    await closing.close();
  }
}

async function measure(command: Command, closing: Closing): Promise<number> {
  switch (command.name) {
    case 'watch':
      return measureWatching(command.options, closing);
    case 'overhead':
      return measureOverhead(command.options, closing);
    case 'heal':
      return measureHealing(command.options, closing);
    case 'kill':
      return measureKill(command.options, closing);
    case 'flood':
      return measureFlood(command.options, closing);
    case 'answer':
      return measureAnswers(command.options, closing);
    case 'steps':
      return measureSteps(command.options, closing);
    case 'help':
      process.stdout.write(`${usage}\n`);
      return 0;
  }
}

function interruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(interrupted));
  });
}

function words(error: unknown): string {
  if (error instanceof BenchError) return error.message;
  if (error instanceof PerdureError) return [error.message, error.hint].filter((text) => text !== undefined).join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// What an interrupted measurement still waits for must not hold the process up.
process.exit(await main(process.argv.slice(2)));
