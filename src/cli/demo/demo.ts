import { formatDuration, parseDuration } from '../../core/duration.js';
import { PerdureError } from '../../core/errors.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { tellError } from '../failure.js';
import { installLogs } from '../logs.js';
import { harmless } from '../output.js';
import { lookOf } from '../run-text.js';
import { layOut } from '../table.js';
import { resultOf, type Row } from './board.js';
import { play } from './play.js';
import { brokenPromises, leftovers } from './promises.js';
import { openStage, type Stage } from './stage.js';

/** What `perdure demo` is given. */
export interface DemoOptions {
  killWorker?: boolean;
}

const seed = 20_261_122;

const nextCommands = [
  'npx perdure up --simulator',
  "npx perdure run anchor.webTask --key first-1 --prompt 'Read the newest invoice'   (in another terminal)",
  'npx perdure show first-1',
];

/** Runs all five endpoints against simulated providers; fails when anything does not end as promised. */
export async function demo(context: CommandContext, { killWorker = false }: DemoOptions): Promise<number> {
  const { output, env, interruption } = context;
  const delayMs = readDelay(env.PERDURE_DEMO_DELAY);
  const signal = interruption.take();
  const began = Date.now();
  installLogs(context, { level: env.PERDURE_LOG_LEVEL || 'error' });
  const log = (line: string) => output.say(output.paint('dim', line));
  const stage = await openStage({ env, seed, delayMs, killable: killWorker, log });
  try {
    const rows = signal.aborted ? [] : await play(context, stage, { delayMs, signal });
    return conclude(context, rows, stage, { took: Date.now() - began, interrupted: signal.aborted });
  } finally {
    await stage.close();
  }
}

function readDelay(text: string | undefined): number {
  if (!text || text === '0') return 0;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new PerdureError({
    code: 'bad-input',
    message: `PERDURE_DEMO_DELAY is '${text}'; expected a duration.`,
    hint: "Give one such as '2s', or leave it out.",
  });
}

interface Ended {
  took: number;
  interrupted: boolean;
}

function conclude({ output }: CommandContext, rows: Row[], stage: Stage, { took, interrupted }: Ended): number {
  const { ledger } = stage.simulator;
  const open = ledger.open.filter(({ kind }) => kind === 'session').length;
  const requests = Object.values(ledger.counts).reduce((sum, count) => sum + count, 0);
  if (!interrupted) tellResults(output, rows);
  output.say(
    `${output.paint(open === 0 ? 'green' : 'red', `${open} sessions left open`)}, by the providers' own books: ${requests} requests in ${formatDuration(took)}.`,
  );
  output.data({ runs: rows.map((row) => resultOf(row, ledger)), openSessions: open });
  const broken = interrupted ? leftovers(ledger) : brokenPromises(rows, stage);
  for (const message of broken) tellError(output, { message });
  if (interrupted) return exits.interrupted;
  if (broken.length > 0) return exits.failed;
  output.say(`\nTry next:\n${nextCommands.map((command) => `  ${output.paint('bold', command)}`).join('\n')}`);
  return exits.done;
}

function tellResults(output: CommandContext['output'], rows: readonly Row[]): void {
  const lines = rows.map(({ part, outcome }) => {
    const { status = 'unknown', result, error } = outcome ?? {};
    const text = result === undefined ? (error?.message ?? '') : harmless(JSON.stringify(result));
    return [part.key, { text: status, paint: (word: string) => output.paint(lookOf(status), word) }, text];
  });
  output.say(`\n${output.paint('bold', 'Results')}\n${layOut(lines).join('\n')}\n`);
}
