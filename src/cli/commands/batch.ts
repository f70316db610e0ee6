import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Perdure } from '../../client/perdure.js';
import type { BatchReport, StopOn } from '../../core/batch.js';
import { PerdureError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import type { AgentFlags } from '../agent-flags.js';
import { agentFrom, keyFrom } from '../batch-template.js';
import { BatchProgressBar, describeBatch } from '../batch-progress.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { aborted } from '../interruption.js';
import { isJsonObject, readJson } from '../json-file.js';
import { endpointOf } from './ls.js';

/** What `perdure batch run` is given. */
export interface BatchRunOptions extends AgentFlags {
  file: string;
  key: string;
  endpoint?: string;
  itemKey?: string;
  body?: string;
  schema?: string;
  effect?: 'read' | 'write';
  deadline?: string;
  account?: string;
  window?: number;
  results?: string;
  stopOn?: string;
  again?: 'failed';
}

/** Runs a line each of a file, and writes each end down. */
export async function batchRun(context: CommandContext, options: BatchRunOptions): Promise<number> {
  const { cwd } = context;
  const { key, itemKey, effect, deadline, account, window, again, endpoint } = options;
  const { prompt, url, task, taskId, taskName, input, sessionId } = options;
  const [body, result] = [await objectOf(context, options, 'body'), await objectOf(context, options, 'schema')];
  const flags = { prompt, url, task, taskId, taskName, input, sessionId };
  const template = {
    ...flags,
    body,
    keyField: itemKey,
    endpoint: endpoint === undefined ? undefined : endpointOf(endpoint),
  };
  const file = path.resolve(cwd, options.file);
  return withPerdure(context, async (perdure) => {
    const batch = await perdure.batch<Json>({
      key,
      items: file,
      agent: agentFrom(template),
      ...(itemKey !== undefined && { itemKey: keyFrom(itemKey) }),
      ...(options.stopOn !== undefined && { stopOn: limitOf(options.stopOn) }),
      resultsFile: path.resolve(cwd, options.results ?? resultsBeside(options)),
      ...{ account, result, effect, deadline, window, again },
    });
    const progress = new BatchProgressBar(context.output, () => batch.progress(), await countLines(file));
    const interrupted = aborted(context.interruption.take()).then(() => 'interrupted' as const);
    const going = batch[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([going.next(), interrupted]);
        if (next === 'interrupted') {
          progress.note(
            `What was begun goes on. Go on with it: the same command. Stop it: npx perdure batch stop ${key}`,
          );
          return exits.interrupted;
        }
        if (next.done) break;
        progress.onItem(next.value);
        context.output.data(next.value);
      }
    } finally {
      progress.close();
    }
    return tell(context, batch.progress());
  });
}

/** Shows how a batch stands, or how it went; its own state is no failure of the command. */
export function batchShow(context: CommandContext, { key }: { key: string }): Promise<number> {
  return withPerdure(context, async (perdure) => {
    tell(context, await perdure.batchReport(key));
    return exits.done;
  });
}

/** Has a batch stop what lives, and waits until that has ended. */
export function batchStop(context: CommandContext, { key, wait }: { key: string; wait: boolean }): Promise<number> {
  const signal = context.interruption.take();
  return withPerdure(context, async (perdure) => {
    await perdure.cancelBatch(key);
    const report = wait ? await untilOver(perdure, key, signal) : await perdure.batchReport(key);
    tell(context, report);
    return signal.aborted ? exits.interrupted : exits.done;
  });
}

async function untilOver(perdure: Perdure, key: string, signal: AbortSignal): Promise<BatchReport> {
  for (;;) {
    const report = await perdure.batchReport(key);
    if (report.endedAt !== undefined || signal.aborted) return report;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 500)), aborted(signal)]);
  }
}

function tell({ output }: CommandContext, report: BatchReport): number {
  output.say(describeBatch(report).join('\n'));
  output.data(report);
  const { byStatus, stopped } = report;
  if ((byStatus.unknown ?? 0) > 0) return exits.unknown;
  const { completed = 0, ...rest } = byStatus;
  return stopped === undefined && Object.keys(rest).length === 0 ? exits.done : exits.failed;
}

/** Beside the items, named after the batch: another one of the same items has other results. */
function resultsBeside({ file, key }: BatchRunOptions): string {
  return path.join(path.dirname(file), `${key.replace(/[^\w.-]+/g, '-')}.results.jsonl`);
}

function limitOf(text: string): StopOn {
  return { failures: (/^\d+$/.test(text) ? Number(text) : text) as StopOn['failures'] };
}

async function objectOf(context: CommandContext, options: BatchRunOptions, name: 'body' | 'schema') {
  const given = options[name];
  if (given === undefined) return undefined;
  const value = await readJson(context, given, `--${name}`);
  if (isJsonObject(value)) return value;
  throw new PerdureError({ code: 'bad-input', message: `The ${name} must be a JSON object.` });
}

/** How many items a file has, for the bar. */
async function countLines(file: string): Promise<number> {
  let lines = 0;
  let open = false;
  for await (const piece of createReadStream(file)) {
    for (const byte of piece as Buffer) {
      if (byte === 0x0a) {
        if (open) lines += 1;
        open = false;
      } else if (byte > 0x20) open = true;
    }
  }
  return lines + (open ? 1 : 0);
}
