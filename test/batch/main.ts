import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { scaledClock } from '../../src/simulator/clock.js';
import type { RunRecord } from '../../src/simulator/ledger.js';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { startEmbeddedServer } from '../../src/worker/embedded/server.js';
import { ownWorkflowBundle } from '../../src/worker/workflow-bundle.js';
import type { RunWorkerOptions } from '../../src/worker/run-worker.js';
import { act, type Actor, type ClientTask, startActor } from './actors.js';
import { judgeMemory, type Life } from './memory.js';

const usage = `Usage: node dist/test/batch/main.js [options]

  --items N     how many items (default 5000)
  --limit N     runs that the account allows at once (default 25)
  --window N    of the batch (default 40)
  --json        the findings as JSON in the last line`;

const timeScale = 0.01;
/** Of all items: when the client, the worker, and both are killed. */
const kills = [
  { at: 0.25, who: ['client'] },
  { at: 0.45, who: ['worker'] },
  { at: 0.7, who: ['worker', 'client'] },
] as const;

interface Options {
  items: number;
  limit: number;
  window: number;
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(args: string[]): Promise<number> {
  const [who = '', task = ''] = args;
  if (who === 'client' || who === 'worker') {
    await act(who, task);
    return 0;
  }
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { items: text, limit: text, window: text, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  const { items = 5000, limit = 25, window = 40 } = values;
  const findings = await play({ items: Number(items), limit: Number(limit), window: Number(window) });
  for (const violation of findings.violations) say(`  violated: ${violation}`);
  if (values.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else say(JSON.stringify(findings, null, 2));
  return findings.violations.length === 0 ? 0 : 1;
}

async function play(options: Options) {
  const home = await makeScratch('perdure-batch-');
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const simulator = await startSimulator({ clock: scaledClock(1 / timeScale) });
  simulator.on('*').lasts('20 s').returns({ open: true });
  const files = { items: path.join(home, 'items.jsonl'), results: path.join(home, 'results.jsonl') };
  const lines = Array.from({ length: options.items }, (_, index) => `{"key":"item-${index}"}\n`);
  await writeFile(files.items, lines.join(''));
  const client: ClientTask = { address: server.address, ...files, window: options.window, timeScale };
  const cast = new Cast({ client, worker: workerOptions(server.address, simulator, options.limit) });
  const began = Date.now();
  try {
    await cast.play(options, files.results);
    const seconds = Math.round((Date.now() - began) / 1000);
    const strays = await replay(server.address);
    return await judge({ options, simulator, cast, strays, results: files.results, seconds });
  } finally {
    await cast.close();
    await simulator.close();
    await server.discard();
    await rm(home, { recursive: true, force: true });
  }
}

/** The client and the worker, whoever plays them by now. */
class Cast {
  readonly lives: Life[] = [];
  readonly #actors: Partial<Record<Life['who'], Actor>> = {};
  killed = 0;

  constructor(private readonly tasks: { client: ClientTask; worker: RunWorkerOptions }) {}

  get report(): unknown {
    return this.#actors.client?.report;
  }

  async play({ items }: Options, results: string): Promise<void> {
    for (const who of ['worker', 'client'] as const) await this.#start(who);
    const pending = [...kills];
    while (this.#actors.client?.process.exitCode === null) {
      await passed(500);
      const ended = await countLines(results);
      const [next] = pending;
      if (!next || ended < next.at * items) continue;
      pending.shift();
      say(`${ended} ended: killing ${next.who.join(' and ')}`);
      for (const who of next.who) await this.#actors[who]?.kill();
      for (const who of next.who) await this.#start(who);
      this.killed += next.who.length;
    }
  }

  async close(): Promise<void> {
    for (const actor of Object.values(this.#actors)) await actor.kill();
  }

  async #start(who: Life['who']): Promise<void> {
    const actor = await startActor(who, this.tasks[who]);
    this.#actors[who] = actor;
    this.lives.push(actor.life);
  }
}

function workerOptions(address: string, { browserbaseUrl, keys }: Simulator, concurrentRuns: number): RunWorkerOptions {
  return {
    target: { kind: 'external', address, namespace: 'default', connection: { address }, from: 'the test' },
    deployment: 'test',
    timeScale,
    accounts: {
      'browserbase/default': { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl, limits: { concurrentRuns } },
    },
  };
}

interface Played {
  options: Options;
  simulator: Simulator;
  cast: Cast;
  results: string;
  /** Executions of the batch, and of what its runs share, that do not replay. */
  strays: { executions: number; found: string[] };
  seconds: number;
}

async function judge({ options, simulator, cast, strays, results, seconds }: Played) {
  const { items, limit } = options;
  const { runs, open } = simulator.ledger;
  const texts = new Set(runs.map(({ text }) => text));
  const written = (await readFile(results, 'utf8')).trim().split('\n');
  const completed = written.filter((line) => line.includes('"status":"completed"')).length;
  const memory = judgeMemory(cast.lives);
  const mostLive = mostAtOnce(runs);
  const checks: [boolean, string][] = [
    [written.length === items && completed === items, `${completed} of ${items} completed, ${written.length} lines`],
    [texts.size === items && runs.length === items, `${runs.length} runs of ${texts.size} items at the provider`],
    [mostLive <= limit, `${mostLive} lived at once`],
    [open.length === 0, `${open.length} still live`],
    [cast.killed === 4, `${cast.killed} processes were killed`],
    [strays.found.length === 0, `executions do not replay: ${strays.found.join('; ')}`],
    [cast.report !== undefined, 'the client gave no report'],
    ...memory.map(({ who, flat, heapMiB, rssMiB }): [boolean, string] => [
      flat,
      `the memory of the ${who} grew: heap ${heapMiB.join(' to ')}, resident ${rssMiB.join(' to ')} MiB`,
    ]),
  ];
  const violations = checks.filter(([holds]) => !holds).map(([, words]) => words);
  const { killed } = cast;
  const { executions } = strays;
  return { items, completed, starts: runs.length, mostLive, killed, executions, seconds, memory, violations };
}

async function replay(address: string): Promise<Played['strays']> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const histories = client.workflow
    .list({ query: "WorkflowType IN ('batchRun', 'account', 'watcher')" })
    .intoHistories();
  const strays: Played['strays'] = { executions: 0, found: [] };
  const options = { workflowBundle: await ownWorkflowBundle() };
  for await (const { error } of Worker.runReplayHistories(options, histories)) {
    strays.executions += 1;
    if (error) strays.found.push(error.message);
  }
  await connection.close();
  return strays;
}

/** The most runs that lived at the same moment, by the provider's own clock. */
function mostAtOnce(runs: readonly RunRecord[]): number {
  const changes = runs.flatMap(({ startedAt, endedAt }): [number, number][] => [
    [startedAt, 1],
    [endedAt ?? Number.POSITIVE_INFINITY, -1],
  ]);
  // One that ends in the moment in which another starts has made room for it.
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let live = 0;
  let most = 0;
  for (const [, change] of changes) {
    live += change;
    most = Math.max(most, live);
  }
  return most;
}

async function countLines(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}

process.exitCode = await main(process.argv.slice(2));
