import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Closing } from '../bench/closing.js';
import { isPerdureError } from '../src/core/errors.js';
import { type Cluster, openCluster } from './cluster.js';
import { ClusterError } from './cluster-error.js';
import { playKills } from './kill/play.js';
import { type Options, readOptions, usage } from './options.js';

const interrupted = 130;
const began = Date.now();

/** Tells whoever waits how far it is; stdout has the summary alone. */
function say(line: string): void {
  const seconds = String(Math.round((Date.now() - began) / 1000)).padStart(4);
  for (const each of line.split('\n')) process.stderr.write(`${seconds} s  ${each}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string' || options.help) {
    process.stderr.write(`${typeof options === 'string' ? `${options}\n\n` : ''}${usage}\n`);
    return typeof options === 'string' ? 2 : 0;
  }
  const closing = new Closing();
  const interruption = untilInterrupted();
  try {
    return await Promise.race([play(options, closing, interruption), interruption]);
  } catch (error) {
    for (const line of wordsOf(error)) say(line);
    return 1;
  } finally {
    say('stopping every part');
    await closing.close();
  }
}

async function play(options: Options, closing: Closing, interruption: Promise<number>): Promise<number> {
  const { bare, keep, kill, runs, json, exec } = options;
  const cluster = await openCluster({ bare, keep, say }, closing);
  const place = placeOf(cluster);
  if (exec !== undefined) return execute(exec, place);
  if (!kill) {
    tell(place, json);
    say('up until Ctrl-C');
    return interruption;
  }
  const report = await playKills(cluster, runs, say);
  for (const violation of report.violations) say(`violated: ${violation}`);
  tell({ versions: cluster.versions, ...report }, json);
  return report.violations.length === 0 ? 0 : 1;
}

/** Where everything is, as another program needs it. */
function placeOf({ address, temporal, postgres, inbox, simulator, versions, databaseUrl }: Cluster) {
  return {
    versions,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_SERVER_PID: `${temporal.pid},${postgres.part.pid}`,
    TEMPORAL_DATABASE_URL: databaseUrl,
    simulator: simulator.url,
    ...(inbox && { inbox: inbox.url, inboxToken: inbox.token }),
  };
}

async function execute(command: string, place: ReturnType<typeof placeOf>): Promise<number> {
  const { TEMPORAL_ADDRESS, TEMPORAL_SERVER_PID, TEMPORAL_DATABASE_URL } = place;
  const env = { ...process.env, TEMPORAL_ADDRESS, TEMPORAL_SERVER_PID, TEMPORAL_DATABASE_URL };
  const child = spawn('/bin/sh', ['-c', command], { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? interrupted;
}

function tell(summary: object, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(summary) : JSON.stringify(summary, null, 2)}\n`);
}

function untilInterrupted(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(interrupted));
  });
}

function wordsOf(error: unknown): string[] {
  if (error instanceof ClusterError)
    return [error.message, ...(error.cure === undefined ? [] : [`cure: ${error.cure}`])];
  if (isPerdureError(error)) return [error.message, ...(error.hint === undefined ? [] : [`cure: ${error.hint}`])];
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

// What an interrupted cluster still waits for must not hold the process up.
process.exit(await main(process.argv.slice(2)));
